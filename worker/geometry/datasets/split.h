#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::geometry {

struct SplitOptions {
  uint64_t seed = 0;
  std::optional<int64_t> train{};  // examples; absent: all that validation leaves over
  int64_t validation = 0;
  std::optional<int64_t> test{};  // absent: the whole official test split
  at::ScalarType dtype = at::kFloat;
};

// Splits `raw` and normalises it by the training split's mean and deviation per channel.
//
// One permutation of the official training examples (stream "split") gives training its first
// entries and validation its last, so smaller splits are subsets of larger ones and the two are
// disjoint. A smaller test split is drawn likewise (stream "split/test") from the official test
// examples, which reach no other split and no statistic.
// InvalidArgument when a split has no example that it needs, or more are asked for than exist.
absl::StatusOr<Dataset> Split(const RawDataset& raw, const SplitOptions& options);

}  // namespace geometer::geometry
