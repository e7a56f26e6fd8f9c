#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// Returns `x` with each entry 0 with probability `share`, else divided by 1 − share, in training
// mode; `x` itself in the other modes. The mask is that of the stream "dropout/`layer`" of
// `pass.random`: equal for every evaluation of one update.
at::Tensor Dropped(const at::Tensor& x, double share, const std::string& layer, const Pass& pass);

}  // namespace geometer::geometry
