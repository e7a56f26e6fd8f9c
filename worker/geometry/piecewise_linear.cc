#include "worker/geometry/piecewise_linear.h"

#include <ATen/core/grad_mode.h>
#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>
#include <torch/csrc/autograd/custom_function.h>

namespace geometer::geometry {
namespace {

// As in convolution.cc, a Function is applied only where its result may be differentiated.
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

at::Tensor Gate(const at::Tensor& g, const at::Tensor& y);

// g where y > 0, else 0: a function of g alone, and its own adjoint.
struct GateFunction : Function<GateFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& g, const at::Tensor& y) {
    context->save_for_backward({y});
    return at::threshold_backward(g, y, 0);
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    return {Gate(outer[0], context->get_saved_variables()[0]), {}};
  }
};

at::Tensor Gate(const at::Tensor& g, const at::Tensor& y) {
  if (!at::GradMode::is_enabled()) return at::threshold_backward(g, y, 0);
  return GateFunction::apply(g, y);
}

struct RectifyFunction : Function<RectifyFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    at::Tensor y = at::relu(x);
    context->save_for_backward({y});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    return {Gate(outer[0], context->get_saved_variables()[0].detach())};
  }
};

at::Tensor Pick(const at::Tensor& x, const at::Tensor& places);
at::Tensor Spread(const at::Tensor& g, const at::Tensor& x, const at::Tensor& places);

// LibTorch's kernel takes the layout of the result from g, so g gets that of x; but under vmap,
// where tensors have none to ask for.
at::Tensor PlainSpread(const at::Tensor& g, const at::Tensor& x, const at::Tensor& places) {
  const at::Tensor gradient =
      at::functorch::isBatchedTensor(g) ? g : g.contiguous(x.suggest_memory_format());
  return at::max_pool2d_with_indices_backward(gradient, x, {2, 2}, {2, 2}, {0, 0}, {1, 1},
                                              /*ceil_mode=*/false, places);
}

// [N, C, H, W] as [N, H·W, C]: a view where the channels lie together.
at::Tensor Pixels(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).flatten(1, 2); }

at::Tensor PlainPick(const at::Tensor& x, const at::Tensor& places) {
  const at::Tensor picked = at::gather(Pixels(x), 1, Pixels(places));
  return picked.unflatten(1, {places.size(2), places.size(3)}).permute({0, 3, 1, 2});
}

// The pixels of x at `places`; the adjoint of SpreadFunction.
struct PickFunction : Function<PickFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& places) {
    context->save_for_backward({x.detach(), places});
    return PlainPick(x, places);
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    const variable_list saved = context->get_saved_variables();
    return {Spread(outer[0], saved[0], saved[1]), {}};
  }
};

// g at `places` of a tensor of zeros like x.
struct SpreadFunction : Function<SpreadFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& g, const at::Tensor& x,
                            const at::Tensor& places) {
    context->save_for_backward({places});
    return PlainSpread(g, x, places);
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    return {Pick(outer[0], context->get_saved_variables()[0]), {}, {}};
  }
};

at::Tensor Pick(const at::Tensor& x, const at::Tensor& places) {
  return at::GradMode::is_enabled() ? PickFunction::apply(x, places) : PlainPick(x, places);
}

at::Tensor Spread(const at::Tensor& g, const at::Tensor& x, const at::Tensor& places) {
  return at::GradMode::is_enabled() ? SpreadFunction::apply(g, x, places)
                                    : PlainSpread(g, x, places);
}

struct PoolFunction : Function<PoolFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    auto [y, places] = at::max_pool2d_with_indices(x, {2, 2}, {2, 2});
    context->save_for_backward({x, places});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    const variable_list saved = context->get_saved_variables();
    return {Spread(outer[0], saved[0].detach(), saved[1])};
  }
};

}  // namespace

at::Tensor Rectify(const at::Tensor& x) {
  return at::GradMode::is_enabled() ? RectifyFunction::apply(x) : at::relu(x);
}

at::Tensor PoolMaximum(const at::Tensor& x) {
  return at::GradMode::is_enabled() ? PoolFunction::apply(x) : at::max_pool2d(x, 2);
}

}  // namespace geometer::geometry
