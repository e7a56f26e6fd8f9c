#include "worker/geometry/optimizers/sgd.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/zeros_like.h>

namespace geometer::geometry {
namespace {

class Sgd : public Optimizer {
 public:
  explicit Sgd(const SgdOptions& options) : options_(options) {}

  NamedTensors InitialState(const std::vector<std::string>& names,
                            at::TensorList params) const override {
    NamedTensors state;
    if (options_.momentum == 0) return state;
    for (size_t i = 0; i < params.size(); ++i) {
      state.push_back({"momentum_buffer." + names[i], at::zeros_like(params[i].detach())});
    }
    return state;
  }

  void Step(const Update& update, NamedTensors& state) const override {
    const at::NoGradGuard no_grad;
    Tensors direction = update.gradients.vec();
    if (options_.weight_decay != 0) {
      direction = at::_foreach_add(direction, update.params, options_.weight_decay);
    }
    if (options_.momentum != 0) direction = Accumulate(direction, state);
    at::_foreach_add_(update.params, direction, -update.learning_rate);
  }

 private:
  // v ← βv + g in place; returns v.
  Tensors Accumulate(const Tensors& gradient, NamedTensors& state) const {
    Tensors velocity;
    for (const NamedTensor& buffer : state) velocity.push_back(buffer.tensor);
    TORCH_CHECK(velocity.size() == gradient.size(), "expected ", gradient.size(),
                " momentum buffers, got ", velocity.size());
    at::_foreach_mul_(velocity, options_.momentum);
    at::_foreach_add_(velocity, gradient);
    return velocity;
  }

  const SgdOptions options_;
};

}  // namespace

std::unique_ptr<Optimizer> MakeSgd(const SgdOptions& options) {
  return std::make_unique<Sgd>(options);
}

}  // namespace geometer::geometry
