#include "worker/trainer/builders/optimizer.h"

#include <utility>

#include "worker/geometry/optimizers/adam.h"
#include "worker/geometry/optimizers/gradient_flow.h"
#include "worker/geometry/optimizers/rmsprop.h"
#include "worker/geometry/optimizers/sgd.h"

namespace geometer::trainer {
namespace {

using RuleOrStatus = absl::StatusOr<UpdateRule>;

RuleOrStatus Build(const v1::SgdOptimizer& spec) {
  const geometry::DescentForm form{spec.momentum(), spec.dampening(), spec.nesterov(),
                                   spec.weight_decay()};
  switch (spec.form()) {
    case v1::MOMENTUM_FORM_HEAVY_BALL:
      return UpdateRule{geometry::MakeSgd(form, geometry::MomentumForm::kHeavyBall),
                        spec.learning_rate(), form};
    case v1::MOMENTUM_FORM_PYTORCH:
      return UpdateRule{geometry::MakeSgd(form, geometry::MomentumForm::kPytorch),
                        spec.learning_rate(), form};
    default:
      return absl::InvalidArgumentError("optimizer.sgd.form: unknown");
  }
}

RuleOrStatus Build(const v1::AdamOptimizer& spec) {
  return UpdateRule{
      geometry::MakeAdam({spec.beta1(), spec.beta2(), spec.epsilon()}), spec.learning_rate(), {}};
}

RuleOrStatus Build(const v1::RmspropOptimizer& spec) {
  return UpdateRule{
      geometry::MakeRmsprop({spec.decay(), spec.epsilon(), spec.momentum(), spec.centered()}),
      spec.learning_rate(),
      {}};
}

RuleOrStatus Build(const v1::GradientFlowOptimizer& spec) {
  geometry::GradientFlowOptions options;
  switch (spec.method()) {
    case v1::FLOW_METHOD_RUNGE_KUTTA:
      options.steps = spec.substeps();
      break;
    case v1::FLOW_METHOD_ADAPTIVE:
      options.steps = spec.max_steps();
      options.tolerance = spec.tolerance();
      break;
    default:
      return absl::InvalidArgumentError("optimizer.gradient_flow.method: unknown");
  }
  return UpdateRule{geometry::MakeGradientFlow(options), spec.learning_rate(), {}};
}

RuleOrStatus BuildRule(const v1::Optimizer& spec) {
  switch (spec.rule_case()) {
    case v1::Optimizer::kSgd:
      return Build(spec.sgd());
    case v1::Optimizer::kAdam:
      return Build(spec.adam());
    case v1::Optimizer::kRmsprop:
      return Build(spec.rmsprop());
    case v1::Optimizer::kGradientFlow:
      return Build(spec.gradient_flow());
    case v1::Optimizer::RULE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("optimizer: no rule that this trainer knows");
}

}  // namespace

absl::StatusOr<UpdateRule> BuildOptimizer(const v1::Optimizer& spec) {
  auto rule = BuildRule(spec);
  if (!rule.ok()) return rule.status();
  rule->decoupled_decay = spec.decoupled_weight_decay();
  rule->clip_norm = spec.clip_norm();
  return rule;
}

}  // namespace geometer::trainer
