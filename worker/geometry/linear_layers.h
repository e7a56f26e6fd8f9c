#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "worker/geometry/convolution.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// A dense or convolutional layer as a linear map of one input, without its bias; with the batch
// normalisation right behind it, if there is one, in evaluation form: times gain/√(variance + ε).
struct LinearLayer {
  at::Tensor weight;                                // the parameter, [out, in] or [out, in, k, k]
  std::vector<int64_t> inputs;                      // [1, in] or [1, in, height, width]
  std::optional<ConvolutionOptions> convolution{};  // absent for a dense layer
  at::Tensor gain{};                                // of the normalisation; undefined without one
  at::Tensor deviation{};                           // √(variance + ε)

  // The image of `x`, shape `inputs`; differentiable in `x`, the weight and the gain.
  at::Tensor Apply(const at::Tensor& x) const;
};

// The linear layers whose weights are among `params`, in their order, as the graph of `root` reads
// them: so with their real inputs, strides and paddings. `root` must require gradients.
std::vector<LinearLayer> LinearLayersOf(const at::Tensor& root, const Tensors& params);

}  // namespace geometer::geometry
