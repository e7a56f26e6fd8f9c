#include "worker/geometry/optimizers/gradient_flow.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include "worker/geometry/flows.h"

namespace geometer::geometry {
namespace {

class GradientFlow : public Optimizer {
 public:
  explicit GradientFlow(const GradientFlowOptions& options) : options_(options) {}

  NamedTensors InitialState(const std::vector<std::string>& /*names*/,
                            at::TensorList /*params*/) const override {
    return {};
  }

  void Step(const Update& update, NamedTensors& /*state*/) const override {
    const VectorField field = [&update](const at::Tensor& theta) {
      return -Flatten(update.gradient_at(Unflatten(theta, update.params))).to(at::kDouble);
    };
    const at::Tensor start = Flatten(update.params).detach().to(at::kDouble);
    const Tensors end = Unflatten(Solve(field, start, update.learning_rate), update.params);
    const at::NoGradGuard no_grad;
    for (size_t i = 0; i < end.size(); ++i) update.params[i].copy_(end[i]);
  }

 private:
  at::Tensor Solve(const VectorField& field, const at::Tensor& start, double time) const {
    if (!options_.tolerance.has_value()) return Integrate(field, start, time, options_.steps);
    return IntegrateAdaptively(field, start, time, {*options_.tolerance, options_.steps});
  }

  const GradientFlowOptions options_;
};

}  // namespace

std::unique_ptr<Optimizer> MakeGradientFlow(const GradientFlowOptions& options) {
  return std::make_unique<GradientFlow>(options);
}

}  // namespace geometer::geometry
