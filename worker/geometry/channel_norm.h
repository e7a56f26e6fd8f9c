#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace torch::autograd {
struct Node;
}

namespace geometer::geometry {

// Statistics by channel, [C] each, that count as constants.
struct ChannelStatistics {
  at::Tensor mean;
  at::Tensor variance;
  double epsilon = 0;  // added to the variance
};

// Returns batch normalisation by fixed statistics of `x`, [N, C, H, W]:
// gain·(x − mean)/√(variance + ε) + bias, gain and bias [C].
//
// As at::batch_norm in evaluation mode, bit by bit, but for its derivatives in gain and bias: where
// the channels lie together LibTorch adds up one number after another, which loses two digits of
// float32, and with them a digit of a ResNet's eigenvalues; these are at::sum's.
at::Tensor NormalizeChannels(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& bias,
                             const ChannelStatistics& statistics);

// Such a normalisation as an operation of a graph, with arguments in the order of
// NormalizeChannels'.
struct ChannelNormNode {
  at::Tensor x;
  ChannelStatistics statistics;
};

// What `node` normalises; nothing where it is not of NormalizeChannels.
std::optional<ChannelNormNode> ChannelNormOf(const torch::autograd::Node& node);

}  // namespace geometer::geometry
