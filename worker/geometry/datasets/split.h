#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::geometry {

struct SplitOptions {
  uint64_t seed = 0;
  std::optional<int64_t> train{};  // examples; absent: all that validation leaves over
  int64_t validation = 0;
  std::optional<int64_t> test{};  // absent: the whole official test split
  at::ScalarType dtype = at::kFloat;
  std::vector<int64_t> classes{};  // those kept, numbered anew in this order; empty: all
  double corruption = 0;           // share of the training labels drawn anew (corruption.h)
  NormalizationOptions normalization{};
};

// Splits `raw` and normalises it by the training split's statistics.
//
// One permutation of the official training examples (stream "split") gives training its first
// entries and validation its last, so smaller splits are subsets of larger ones and the two are
// disjoint. A smaller test split is drawn likewise (stream "split/test") from the official test
// examples, which reach no other split and no statistic. Data that are made keep their splits.
// Of inputs in a file, the first 10,000 training examples, a random sample, make the statistics.
// InvalidArgument when a split has no example that it needs, more are asked for than exist, or the
// options don't fit the data.
absl::StatusOr<Dataset> Split(const RawDataset& raw, const SplitOptions& options);

// All examples of a data set without an official test split.
struct Parts {
  Examples train;
  Examples test;
};

// Sets `tests` of `all` aside for testing: the first of one permutation (stream `stream`), the same
// for every seed of a job.
Parts SetTestsAside(const Examples& all, int64_t tests, std::string_view stream);

}  // namespace geometer::geometry
