#include "worker/geometry/optimizers/adam.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>

#include <cmath>

#include "worker/geometry/optimizers/buffers.h"

namespace geometer::geometry {
namespace {

class Adam : public Optimizer {
 public:
  explicit Adam(const AdamOptions& options) : options_(options) {}

  NamedTensors InitialState(const std::vector<std::string>& names,
                            at::TensorList params) const override {
    NamedTensors state;
    AddBuffers("exp_avg", names, params, state);
    AddBuffers("exp_avg_sq", names, params, state);
    return state;
  }

  void Step(const Update& update, NamedTensors& state) const override {
    const at::NoGradGuard no_grad;
    const Tensors mean = BuffersOf(state, 0, update.params.size());
    const Tensors square = BuffersOf(state, 1, update.params.size());
    at::_foreach_mul_(mean, options_.beta1);
    at::_foreach_add_(mean, update.gradients, 1 - options_.beta1);
    at::_foreach_mul_(square, options_.beta2);
    at::_foreach_addcmul_(square, update.gradients, update.gradients, 1 - options_.beta2);

    const auto t = static_cast<double>(update.step + 1);
    Tensors root = at::_foreach_sqrt(square);
    at::_foreach_div_(root, std::sqrt(1 - std::pow(options_.beta2, t)));
    at::_foreach_add_(root, options_.epsilon);
    const double rate = update.learning_rate / (1 - std::pow(options_.beta1, t));
    at::_foreach_addcdiv_(update.params, mean, root, -rate);
  }

 private:
  const AdamOptions options_;
};

}  // namespace

std::unique_ptr<Optimizer> MakeAdam(const AdamOptions& options) {
  return std::make_unique<Adam>(options);
}

}  // namespace geometer::geometry
