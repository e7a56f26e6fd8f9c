#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

struct CorruptionOptions {
  double share = 0;  // of the labels that are drawn anew, in [0, 1]
  int64_t classes = 0;
  uint64_t seed = 0;
};

// Returns a copy of `labels` (int64 [N]) of which round(share·N) are replaced by labels drawn
// uniformly from all classes, the old one included (GC 3.7 (ii), 5.4): share·(1 − 1/classes) of all
// are expected to be wrong, and at share 1 they are independent of the inputs.
//
// Which are replaced is one random order (stream "corruption"), and by what is drawn for every
// example (stream "corruption/labels"), so that a larger share only corrupts more of them.
at::Tensor Corrupted(const at::Tensor& labels, const CorruptionOptions& options);

}  // namespace geometer::geometry
