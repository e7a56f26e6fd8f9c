#include "worker/geometry/optimizers/sgd.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace geometer::geometry {
namespace {

// θ after `steps` steps at rate 0.1 on L = θ²/2 (gradient θ) from θ = 1.
double ThetaAfter(const DescentForm& form, int steps, NamedTensors* state_out = nullptr,
                  MomentumForm momentum = MomentumForm::kPytorch) {
  const auto sgd = MakeSgd(form, momentum);
  const Tensors params = {at::tensor({1.0}, at::kDouble).requires_grad_()};
  NamedTensors state = sgd->InitialState({"w"}, params);
  for (int i = 0; i < steps; ++i) sgd->Step({params, {params[0].detach().clone()}, 0.1}, state);
  if (state_out != nullptr) *state_out = state;
  return params[0].item<double>();
}

TEST(SgdTest, PlainStepsShrinkTheParameterGeometrically) {
  EXPECT_NEAR(ThetaAfter({}, 3), 0.9 * 0.9 * 0.9, 1e-15);
}

// v: 1, 0.9·1 + 0.9 = 1.8; θ: 1 → 0.9 → 0.9 − 0.18 = 0.72.
TEST(SgdTest, PytorchsMomentumKeepsTheRateOutsideTheBuffer) {
  NamedTensors state;
  EXPECT_NEAR(ThetaAfter({.momentum = 0.9}, 2, &state), 0.72, 1e-15);
  ASSERT_EQ(state.size(), 1u);
  EXPECT_EQ(state[0].name, "momentum_buffer.w");
  EXPECT_NEAR(state[0].tensor.item<double>(), 1.8, 1e-15);
}

// v: −0.1, −0.09 − 0.09; θ: 1 → 0.9 → 0.72: the same, the rate in the buffer.
TEST(SgdTest, HeavyBallKeepsTheRateInsideTheBuffer) {
  NamedTensors state;
  EXPECT_NEAR(ThetaAfter({.momentum = 0.9}, 2, &state, MomentumForm::kHeavyBall), 0.72, 1e-15);
  EXPECT_NEAR(state[0].tensor.item<double>(), -0.18, 1e-15);
}

// With v: 1 → 1.71, θ: 1 − 0.1(1 + 0.9) = 0.81 → 0.81 − 0.1(0.81 + 0.9·1.71).
TEST(SgdTest, NesterovStepsFromWhereTheMomentumLeads) {
  for (const auto form : {MomentumForm::kPytorch, MomentumForm::kHeavyBall}) {
    const double theta = ThetaAfter({.momentum = 0.9, .nesterov = true}, 2, nullptr, form);
    EXPECT_NEAR(theta, 0.81 - 0.1 * (0.81 + 0.9 * 1.71), 1e-15);
  }
}

// τ = β averages: v: 0.5, 0.25 + 0.475; θ: 1 → 0.95 → 0.95 − 0.0725.
TEST(SgdTest, DampeningLeavesOutAShareOfTheGradient) {
  for (const auto form : {MomentumForm::kPytorch, MomentumForm::kHeavyBall}) {
    const double theta = ThetaAfter({.momentum = 0.5, .dampening = 0.5}, 2, nullptr, form);
    EXPECT_NEAR(theta, 0.95 - 0.0725, 1e-15);
  }
}

// g = θ + 0.5θ, so θ ← (1 − 0.15)θ.
TEST(SgdTest, WeightDecayIsAddedToTheGradient) {
  EXPECT_NEAR(ThetaAfter({.weight_decay = 0.5}, 2), 0.85 * 0.85, 1e-15);
}

// v: 1.5, 0.9·1.5 + 1.5·0.85 = 2.625; θ: 1 → 0.85 → 0.85 − 0.2625.
TEST(SgdTest, WeightDecayEntersTheMomentumBuffer) {
  EXPECT_NEAR(ThetaAfter({.momentum = 0.9, .weight_decay = 0.5}, 2), 0.5875, 1e-15);
}

TEST(SgdTest, WithoutMomentumThereIsNoState) {
  NamedTensors state;
  ThetaAfter({}, 1, &state);
  EXPECT_TRUE(state.empty());
}

TEST(SgdTest, LeavesTheGradientsAlone) {
  const auto sgd = MakeSgd({.momentum = 0.9, .weight_decay = 0.5});
  const Tensors params = {at::tensor({1.0, 2.0}).requires_grad_()},
                gradients = {at::tensor({3.0, 4.0})};
  NamedTensors state = sgd->InitialState({"w"}, params);
  for (int i = 0; i < 2; ++i) sgd->Step({params, gradients, 0.1}, state);
  EXPECT_TRUE(at::allclose(gradients[0], at::tensor({3.0, 4.0}), 0, 0));
}

TEST(SgdTest, ParametersStayLeavesThatRequireGradients) {
  const Tensors params = {at::tensor({1.0}).requires_grad_()};
  NamedTensors state;
  MakeSgd({})->Step({params, {at::tensor({1.0})}, 0.1}, state);
  EXPECT_TRUE(params[0].requires_grad());
  EXPECT_TRUE(params[0].is_leaf());
}

TEST(SgdTest, AStateOfAnotherNetworkIsRefused) {
  const Tensors params = {at::tensor({1.0})};
  NamedTensors state;
  EXPECT_THROW(MakeSgd({.momentum = 0.9})->Step({params, params, 0.1}, state), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
