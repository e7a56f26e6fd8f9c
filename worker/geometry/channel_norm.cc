#include "worker/geometry/channel_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <cstdint>

namespace geometer::geometry {
namespace {

// As in convolution.cc, a Function is applied only where its result may be differentiated.
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr const char* kEpsilon = "epsilon";
constexpr std::array<int64_t, 3> kPlaces = {0, 2, 3};  // all but the channels

at::Tensor Plain(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& bias,
                 const ChannelStatistics& statistics) {
  return at::batch_norm(x, gain, bias, statistics.mean, statistics.variance, /*training=*/false,
                        /*momentum=*/0, statistics.epsilon, /*cudnn_enabled=*/true);
}

ChannelNormNode Restored(const AutogradContext& context) {
  const variable_list saved = context.get_saved_variables();
  return {saved[0], {saved[2], saved[3], context.saved_data.at(kEpsilon).toDouble()}};
}

// [C] beside [N, C, H, W].
at::Tensor ByChannel(const at::Tensor& values) { return values.view({1, -1, 1, 1}); }

struct ChannelNormFunction : Function<ChannelNormFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& gain,
                            const at::Tensor& bias, const at::Tensor& mean,
                            const at::Tensor& variance, double epsilon) {
    context->save_for_backward({x, gain, mean, variance});
    context->saved_data[kEpsilon] = epsilon;
    return Plain(x, gain, bias, {mean, variance, epsilon});
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    const auto [x, statistics] = Restored(*context);
    const at::Tensor gain = context->get_saved_variables()[1];
    const at::Tensor& gy = outer[0];
    const at::Tensor scale = (statistics.variance + statistics.epsilon).rsqrt();
    variable_list gradients(6);
    if (context->needs_input_grad(0)) gradients[0] = (gy * ByChannel(gain * scale)).to(x);
    if (context->needs_input_grad(1)) {
      gradients[1] = (gy * (x - ByChannel(statistics.mean))).sum(kPlaces) * scale;
    }
    if (context->needs_input_grad(2)) gradients[2] = gy.sum(kPlaces).to(gain);
    return gradients;
  }
};

}  // namespace

at::Tensor NormalizeChannels(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& bias,
                             const ChannelStatistics& statistics) {
  if (!at::GradMode::is_enabled()) return Plain(x, gain, bias, statistics);
  return ChannelNormFunction::apply(x, gain, bias, statistics.mean, statistics.variance,
                                    statistics.epsilon);
}

std::optional<ChannelNormNode> ChannelNormOf(const torch::autograd::Node& node) {
  const auto* norm = dynamic_cast<const torch::autograd::CppNode<ChannelNormFunction>*>(&node);
  if (norm == nullptr) return std::nullopt;
  return Restored(norm->ctx_);
}

}  // namespace geometer::geometry
