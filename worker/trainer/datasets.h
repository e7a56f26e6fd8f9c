#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "geometer/v1/dataset.pb.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::trainer {

struct DatasetOptions {
  std::filesystem::path folder;  // holds one folder per data set
  uint64_t seed = 0;
  at::ScalarType dtype = at::kFloat;
  int threads = 1;  // that decode pictures
};

// Reads data sets, and keeps the last one that it parsed: while its files stay the same, the next
// attempt on them starts without reading. Not thread-safe.
class DatasetLoader {
 public:
  // The data set of an explicit spec, on the CPU.
  // NotFound: a file is missing; says which and how to get it. DataLoss: a file is malformed; says
  // which and where. InvalidArgument: more examples are asked for than exist, or options that don't
  // fit the data.
  absl::StatusOr<geometry::Dataset> Load(const v1::Dataset& spec, const DatasetOptions& options);

 private:
  using RawOrStatus = absl::StatusOr<geometry::RawDataset>;
  using Parse = std::function<RawOrStatus(const std::filesystem::path& folder)>;

  RawOrStatus Raw(const v1::Dataset& spec, const DatasetOptions& options);
  RawOrStatus Keep(const std::filesystem::path& folder, const std::string& variant,
                   const Parse& parse);

  std::string kept_identity_;  // of the files behind kept_, and of how they were parsed
  std::optional<geometry::RawDataset> kept_;
};

}  // namespace geometer::trainer
