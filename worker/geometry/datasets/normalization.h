#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "absl/status/statusor.h"

namespace geometer::geometry {

// The map from raw inputs to what the network sees: (x/maximum − mean)/deviation, with a value per
// channel (pictures) or column (tables), or one for all. Input gradients scale by 1/deviation, so
// it belongs to the record of a run (GC 8.3).
struct Normalization {
  std::vector<double> mean;
  std::vector<double> deviation;
  double maximum = 1;  // the raw value that means 1.0
};

struct NormalizationOptions {
  enum class Kind {
    kNone,        // mean 0 and deviation 1
    kPerChannel,  // those of each channel or column
    kGlobal,      // those of all values together
    kGiven,
  };
  Kind kind = Kind::kPerChannel;
  // Of kGiven, in units of `maximum`: a value per channel, or one for all.
  std::vector<double> mean{};
  std::vector<double> deviation{};
};

// Returns the map that `options` describe, measured on the rows `rows` (int64 [n]) of `inputs`
// (uint8 or floating point, [N, columns] or [N, channels, height, width]). Exact for bytes, whose
// values are counted. What does not vary is centred only: its deviation counts as 1.
// InvalidArgument: given values fit neither one channel nor all.
absl::StatusOr<Normalization> FitNormalization(const at::Tensor& inputs, const at::Tensor& rows,
                                               double maximum, const NormalizationOptions& options);

// Applies `map` to raw `inputs` of the same layouts. Returns a new tensor of type `dtype`.
at::Tensor Normalized(const at::Tensor& inputs, const Normalization& map, at::ScalarType dtype);

}  // namespace geometer::geometry
