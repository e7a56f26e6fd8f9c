#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace torch::autograd {
struct Node;
}

namespace geometer::geometry {

// Steps and zero padding of a convolution over images, alike in height and width.
struct ConvolutionOptions {
  int64_t stride = 1;
  int64_t padding = 0;
};

// Returns the convolution (cross-correlation) of `x`, [N, C, H, W], with `weight`,
// [K, C, kernel, kernel], plus `bias`, [K], if defined: [N, K, H', W'].
//
// As at::conv2d, bit by bit, with its first derivatives. A convolution, its derivative in x and
// that in the weight are the three contractions of one trilinear form, so each one's derivatives
// are the other two: derivatives of every order are plain convolutions and their usual gradients.
// LibTorch's own second derivatives copy and transpose; with these a Hessian-vector product of a
// small ResNet takes 2.0 forward and backward passes instead of 2.5.
at::Tensor Convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                    const ConvolutionOptions& options);

// A convolution as an operation of a graph, with arguments in the order of Convolve's.
struct ConvolutionNode {
  at::Tensor x;
  ConvolutionOptions options;
};

// What `node` convolves; nothing where it is not of Convolve.
std::optional<ConvolutionNode> ConvolutionOf(const torch::autograd::Node& node);

}  // namespace geometer::geometry
