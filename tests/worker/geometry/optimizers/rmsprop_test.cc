#include "worker/geometry/optimizers/rmsprop.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/optimizers/parabola.h"

namespace geometer::geometry {
namespace {

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

// The centred variance of a steady gradient is 0, and less once rounded.
TEST(RmspropTest, StaysFiniteAlongASteadyGradient) {
  const Tensors params = {at::zeros({29})};
  const Tensors gradient = {at::arange(1, 30).to(at::kFloat) / 7};
  const auto rule = MakeRmsprop({.centered = true});
  NamedTensors state = rule->InitialState({"w"}, params);
  for (int64_t i = 0; i < 3000; ++i) rule->Step({params, gradient, 1e-9, i}, state);
  EXPECT_TRUE(params[0].isfinite().all().item<bool>());
}

TEST(RmspropTest, AStateOfAnotherNetworkIsRefused) {
  const Tensors params = {at::tensor({1.0})};
  NamedTensors state;
  EXPECT_THROW(MakeRmsprop({})->Step({params, params, 0.1}, state), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
