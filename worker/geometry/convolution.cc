#include "worker/geometry/convolution.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <optional>
#include <tuple>
#include <utility>

namespace geometer::geometry {
namespace {

// A Function is applied only where its result may be differentiated: else the plain operation does,
// and under vmap, which knows no Functions of C++, it must.
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr const char* kStride = "stride";
constexpr const char* kPadding = "padding";
constexpr const char* kBias = "bias";

// An undefined tensor is no argument of a Function.
std::optional<at::Tensor> Present(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

void Save(AutogradContext* context, const ConvolutionOptions& options, variable_list tensors) {
  context->saved_data[kStride] = options.stride;
  context->saved_data[kPadding] = options.padding;
  context->save_for_backward(std::move(tensors));
}

ConvolutionOptions OptionsOf(const AutogradContext& context) {
  return {context.saved_data.at(kStride).toInt(), context.saved_data.at(kPadding).toInt()};
}

// The gradients in x, weight and bias that `wanted` names. Of a tensor whose gradient alone is
// wanted only the shape is read.
std::array<at::Tensor, 3> Gradients(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& w,
                                    const ConvolutionOptions& options, std::array<bool, 3> wanted) {
  const int64_t bias = w.size(0);
  auto [gx, gw, gb] =
      at::convolution_backward(gy, x, w, at::IntArrayRef(bias), {options.stride, options.stride},
                               {options.padding, options.padding}, {1, 1}, /*transposed=*/false,
                               {0, 0}, /*groups=*/1, wanted);
  return {gx, gw, gb};
}

at::Tensor InputGradient(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& w,
                         const ConvolutionOptions& options);
at::Tensor WeightGradient(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& w,
                          const ConvolutionOptions& options);

// ∂⟨gy, x * w⟩/∂x, a function of gy and w; `x` gives its shape.
struct InputGradientFunction : Function<InputGradientFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gy, const at::Tensor& w,
                            const at::Tensor& x, int64_t stride, int64_t padding) {
    Save(context, {stride, padding}, {gy, w});
    return Gradients(gy, x, w, {stride, padding}, {true, false, false})[0];
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gy = saved[0], &w = saved[1], &x = outer[0];
    const ConvolutionOptions options = OptionsOf(*context);
    variable_list gradients(5);
    if (context->needs_input_grad(0)) gradients[0] = Convolve(x, w, {}, options);
    if (context->needs_input_grad(1)) gradients[1] = WeightGradient(gy, x, w, options);
    return gradients;
  }
};

// ∂⟨gy, x * w⟩/∂w, a function of gy and x; `w` gives its shape.
struct WeightGradientFunction : Function<WeightGradientFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gy, const at::Tensor& x,
                            const at::Tensor& w, int64_t stride, int64_t padding) {
    Save(context, {stride, padding}, {gy, x});
    return Gradients(gy, x, w, {stride, padding}, {false, true, false})[1];
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gy = saved[0], &x = saved[1], &w = outer[0];
    const ConvolutionOptions options = OptionsOf(*context);
    variable_list gradients(5);
    if (context->needs_input_grad(0)) gradients[0] = Convolve(x, w, {}, options);
    if (context->needs_input_grad(1)) gradients[1] = InputGradient(gy, x, w, options);
    return gradients;
  }
};

struct ConvolutionFunction : Function<ConvolutionFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& w,
                            const std::optional<at::Tensor>& bias, int64_t stride,
                            int64_t padding) {
    Save(context, {stride, padding}, {x, w});
    context->saved_data[kBias] = bias.has_value();
    return at::conv2d(x, w, bias, {stride, stride}, {padding, padding});
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gy = outer[0], &x = saved[0], &w = saved[1];
    const ConvolutionOptions options = OptionsOf(*context);
    const std::array<bool, 3> wanted = {
        context->needs_input_grad(0), context->needs_input_grad(1),
        context->saved_data[kBias].toBool() && context->needs_input_grad(2)};
    if (!at::GradMode::is_enabled()) {  // nothing beyond: all three at once
      const auto [gx, gw, gb] = Gradients(gy, x, w, options, wanted);
      return {gx, gw, gb, {}, {}};
    }
    variable_list gradients(5);
    if (wanted[0]) gradients[0] = InputGradient(gy, x, w, options);
    if (wanted[1]) gradients[1] = WeightGradient(gy, x, w, options);
    if (wanted[2]) gradients[2] = gy.sum(at::IntArrayRef{0, 2, 3});
    return gradients;
  }
};

at::Tensor InputGradient(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& w,
                         const ConvolutionOptions& options) {
  if (!at::GradMode::is_enabled()) return Gradients(gy, x, w, options, {true, false, false})[0];
  return InputGradientFunction::apply(gy, w, x.detach(), options.stride, options.padding);
}

at::Tensor WeightGradient(const at::Tensor& gy, const at::Tensor& x, const at::Tensor& w,
                          const ConvolutionOptions& options) {
  if (!at::GradMode::is_enabled()) return Gradients(gy, x, w, options, {false, true, false})[1];
  return WeightGradientFunction::apply(gy, x, w.detach(), options.stride, options.padding);
}

// Autocast casts the arguments of LibTorch's own operations only. An undefined tensor stays so.
at::Tensor InPrecision(const at::Tensor& x) {
  if (!x.defined() || !at::autocast::is_autocast_enabled(x.device().type())) return x;
  return x.to(at::autocast::get_autocast_dtype(x.device().type()));
}

}  // namespace

at::Tensor Convolve(const at::Tensor& given_x, const at::Tensor& given_weight,
                    const at::Tensor& given_bias, const ConvolutionOptions& options) {
  const at::Tensor x = InPrecision(given_x), weight = InPrecision(given_weight),
                   bias = InPrecision(given_bias);
  if (!at::GradMode::is_enabled()) {
    return at::conv2d(x, weight, bias, {options.stride, options.stride},
                      {options.padding, options.padding});
  }
  return ConvolutionFunction::apply(x, weight, Present(bias), options.stride, options.padding);
}

std::optional<ConvolutionNode> ConvolutionOf(const torch::autograd::Node& node) {
  const auto* convolution =
      dynamic_cast<const torch::autograd::CppNode<ConvolutionFunction>*>(&node);
  if (convolution == nullptr) return std::nullopt;
  return ConvolutionNode{convolution->ctx_.get_saved_variables()[0], OptionsOf(convolution->ctx_)};
}

}  // namespace geometer::geometry
