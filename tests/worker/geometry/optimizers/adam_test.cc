#include "worker/geometry/optimizers/adam.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/optimizers/parabola.h"

namespace geometer::geometry {
namespace {

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

}  // namespace
}  // namespace geometer::geometry
