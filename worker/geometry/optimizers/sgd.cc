#include "worker/geometry/optimizers/sgd.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>

#include "worker/geometry/optimizers/buffers.h"

namespace geometer::geometry {
namespace {

class Sgd : public Optimizer {
 public:
  Sgd(const DescentForm& form, MomentumForm momentum) : form_(form), momentum_(momentum) {}

  NamedTensors InitialState(const std::vector<std::string>& names,
                            at::TensorList params) const override {
    NamedTensors state;
    if (form_.momentum != 0) AddBuffers("momentum_buffer", names, params, state);
    return state;
  }

  void Step(const Update& update, NamedTensors& state) const override {
    const at::NoGradGuard no_grad;
    Tensors gradient = update.gradients.vec();
    if (form_.weight_decay != 0) {
      gradient = at::_foreach_add(gradient, update.params, form_.weight_decay);
    }
    const double h = update.learning_rate;
    if (form_.momentum == 0) return at::_foreach_add_(update.params, gradient, -h);
    // A unit of the velocity moves a parameter by `move`, and a gradient the velocity by `push`.
    const double move = momentum_ == MomentumForm::kHeavyBall ? 1 : -h;
    const double push = (1 - form_.dampening) * (momentum_ == MomentumForm::kHeavyBall ? -h : 1);
    const Tensors velocity = BuffersOf(state, 0, update.params.size());
    at::_foreach_mul_(velocity, form_.momentum);
    at::_foreach_add_(velocity, gradient, push);
    at::_foreach_add_(update.params, velocity, form_.nesterov ? move * form_.momentum : move);
    if (form_.nesterov) at::_foreach_add_(update.params, gradient, -h);
  }

 private:
  const DescentForm form_;
  const MomentumForm momentum_;
};

}  // namespace

std::unique_ptr<Optimizer> MakeSgd(const DescentForm& form, MomentumForm momentum) {
  return std::make_unique<Sgd>(form, momentum);
}

}  // namespace geometer::geometry
