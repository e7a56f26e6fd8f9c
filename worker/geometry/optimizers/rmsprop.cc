#include "worker/geometry/optimizers/rmsprop.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_clamp_min.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>

#include "worker/geometry/optimizers/buffers.h"

namespace geometer::geometry {
namespace {

class Rmsprop : public Optimizer {
 public:
  explicit Rmsprop(const RmspropOptions& options) : options_(options) {}

  NamedTensors InitialState(const std::vector<std::string>& names,
                            at::TensorList params) const override {
    NamedTensors state;
    AddBuffers("square_avg", names, params, state);
    if (options_.momentum != 0) AddBuffers("momentum_buffer", names, params, state);
    if (options_.centered) AddBuffers("grad_avg", names, params, state);
    return state;
  }

  void Step(const Update& update, NamedTensors& state) const override {
    const at::NoGradGuard no_grad;
    const Tensors divisor = Divisor(update, state);
    if (options_.momentum == 0) {
      at::_foreach_addcdiv_(update.params, update.gradients, divisor, -update.learning_rate);
      return;
    }
    const Tensors velocity = BuffersOf(state, 1, update.params.size());
    at::_foreach_mul_(velocity, options_.momentum);
    at::_foreach_addcdiv_(velocity, update.gradients, divisor, 1);
    at::_foreach_add_(update.params, velocity, -update.learning_rate);
  }

 private:
  // Updates the averages; returns d.
  Tensors Divisor(const Update& update, const NamedTensors& state) const {
    const size_t count = update.params.size();
    Tensors square = BuffersOf(state, 0, count);
    at::_foreach_mul_(square, options_.decay);
    at::_foreach_addcmul_(square, update.gradients, update.gradients, 1 - options_.decay);
    if (options_.centered) {
      const Tensors mean = BuffersOf(state, options_.momentum != 0 ? 2 : 1, count);
      at::_foreach_mul_(mean, options_.decay);
      at::_foreach_add_(mean, update.gradients, 1 - options_.decay);
      square = at::_foreach_addcmul(square, mean, mean, -1);
      at::_foreach_clamp_min_(square, 0);  // rounding may leave less of a steady gradient
    }
    Tensors divisor = at::_foreach_sqrt(square);
    at::_foreach_add_(divisor, options_.epsilon);
    return divisor;
  }

  const RmspropOptions options_;
};

}  // namespace

std::unique_ptr<Optimizer> MakeRmsprop(const RmspropOptions& options) {
  return std::make_unique<Rmsprop>(options);
}

}  // namespace geometer::geometry
