#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "geometer/v1/dataset.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/split.h"

namespace geometer::trainer {

struct DatasetOptions {
  std::filesystem::path folder;  // holds one folder per data set
  uint64_t seed = 0;
  at::ScalarType dtype = at::kFloat;
};

// Reads data sets, and keeps the last one that it parsed: while its files stay the same, the next
// attempt on them starts without reading. Not thread-safe.
class DatasetLoader {
 public:
  // The data set of an explicit spec, on the CPU.
  // NotFound: a file is missing; says which and the command that fetches it. DataLoss: a file is
  // malformed; says which and where. InvalidArgument: more examples are asked for than exist.
  absl::StatusOr<geometry::Dataset> Load(const v1::Dataset& spec, const DatasetOptions& options);

 private:
  using Parse = absl::StatusOr<geometry::RawDataset>(const std::filesystem::path& folder);

  absl::StatusOr<geometry::Dataset> Read(const std::filesystem::path& folder, Parse* parse,
                                         const geometry::SplitOptions& split);

  std::string kept_identity_;  // of the files behind kept_
  std::optional<geometry::RawDataset> kept_;
};

}  // namespace geometer::trainer
