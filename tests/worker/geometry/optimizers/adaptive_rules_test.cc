// Adam and RMSProp against their formulas in plain numbers.

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "worker/geometry/optimizers/adam.h"
#include "worker/geometry/optimizers/rmsprop.h"

namespace geometer::geometry {
namespace {

// θ after `steps` steps at rate 0.1 on L = θ²/2 (gradient θ) from θ = 1.
double ThetaAfter(const Optimizer& rule, int64_t steps) {
  const Tensors params = {at::tensor({1.0}, at::kDouble)};
  NamedTensors state = rule.InitialState({"w"}, params);
  for (int64_t i = 0; i < steps; ++i) rule.Step({params, {params[0].clone()}, 0.1, i}, state);
  return params[0].item<double>();
}

double AdamByHand(int steps) {
  double theta = 1, m = 0, s = 0;
  for (int t = 1; t <= steps; ++t) {
    m = 0.9 * m + 0.1 * theta;
    s = 0.999 * s + 0.001 * theta * theta;
    const double mean = m / (1 - std::pow(0.9, t));
    const double square = s / (1 - std::pow(0.999, t));
    theta -= 0.1 * mean / (std::sqrt(square) + 1e-8);
  }
  return theta;
}

TEST(AdamTest, FollowsItsFormula) {
  for (const int steps : {1, 2, 7}) {
    EXPECT_NEAR(ThetaAfter(*MakeAdam({}), steps), AdamByHand(steps), 1e-14);
  }
}

TEST(AdamTest, ItsFirstStepHasTheLengthOfTheRateWhateverTheGradient) {
  EXPECT_NEAR(ThetaAfter(*MakeAdam({}), 1), 0.9, 1e-8);
}

TEST(AdamTest, NamesItsStateAsPytorchDoes) {
  const NamedTensors state = MakeAdam({})->InitialState({"w"}, {at::tensor({1.0})});
  ASSERT_EQ(state.size(), 2u);
  EXPECT_EQ(state[0].name, "exp_avg.w");
  EXPECT_EQ(state[1].name, "exp_avg_sq.w");
}

double RmspropByHand(const RmspropOptions& options, int steps) {
  double theta = 1, s = 0, m = 0, v = 0;
  for (int t = 0; t < steps; ++t) {
    s = options.decay * s + (1 - options.decay) * theta * theta;
    m = options.decay * m + (1 - options.decay) * theta;
    const double variance = options.centered ? s - m * m : s;
    v = options.momentum * v + theta / (std::sqrt(variance) + options.epsilon);
    theta -= 0.1 * v;
  }
  return theta;
}

TEST(RmspropTest, FollowsItsFormulaWithEachOption) {
  for (const RmspropOptions& options :
       {RmspropOptions{}, RmspropOptions{.momentum = 0.5}, RmspropOptions{.centered = true},
        RmspropOptions{.decay = 0.9, .epsilon = 0.1, .momentum = 0.5, .centered = true}}) {
    EXPECT_NEAR(ThetaAfter(*MakeRmsprop(options), 3), RmspropByHand(options, 3), 1e-13);
  }
}

TEST(RmspropTest, AStateOfAnotherNetworkIsRefused) {
  const Tensors params = {at::tensor({1.0})};
  NamedTensors state;
  EXPECT_THROW(MakeRmsprop({})->Step({params, params, 0.1}, state), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
