#pragma once

#include <ATen/core/Generator.h>

#include <cstdint>
#include <functional>
#include <string>

#include "worker/geometry/datasets/dataset.h"

namespace geometer::geometry {

// Examples of each split of data that are made.
struct SampleSizes {
  int64_t train = 0;
  int64_t validation = 0;
  int64_t test = 0;
};

// Draws `count` examples of one law, float64 inputs [count, d].
using Law = std::function<Examples(int64_t count, const at::Generator& generator)>;

// The three splits of `law`, each by a stream of its own: "<name>/train", "<name>/validation",
// "<name>/test". `classes` is 0 for regression.
RawDataset Sampled(const std::string& name, const SampleSizes& sizes, uint64_t seed,
                   int64_t classes, const Law& law);

// Independent numbers from the standard normal law, float64 [rows, columns].
at::Tensor StandardNormal(int64_t rows, int64_t columns, const at::Generator& generator);

// Labels 0, 1, …, classes − 1, 0, 1, …: int64 [count], as equally many of each as can be.
at::Tensor BalancedLabels(int64_t count, int64_t classes);

}  // namespace geometer::geometry
