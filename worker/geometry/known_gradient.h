#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Returns the scalar `value` with ∂value/∂inputs = `gradient`, in the shapes of `inputs`: for what
// is known better than automatic differentiation finds it. Further derivatives are those of
// `gradient`, so there are none where it has no history.
at::Tensor WithGradient(const at::Tensor& value, at::TensorList inputs, const Tensors& gradient);

}  // namespace geometer::geometry
