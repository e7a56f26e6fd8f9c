#include "worker/trainer/update.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/function_training.h"
#include "worker/geometry/autograd.h"

namespace geometer::trainer {
namespace {

// The loss's gradient at the initial parameters on the whole training split.
geometry::Tensors InitialGradient(const Training& training) {
  const State state = InitialState(training);
  const auto network = geometry::Detached(
      {training.model.get(), state.variables.parameters, state.variables.buffers}, true);
  const auto evaluation =
      geometry::Evaluate(network, *training.tasks[0].objective, training.tasks[0].data.train.All(),
                         geometry::Mode::kTraining);
  return geometry::Gradient(evaluation.loss, network.params);
}

// θ₁ = θ₀ − h∇L(θ₀).
TEST(MakeUpdateTest, StepsAgainstTheGradient) {
  const Training training = FunctionTraining();
  State state = InitialState(training);
  const geometry::Tensors start = InitialState(training).variables.parameters;
  ASSERT_TRUE(MakeUpdate(training, {{0, training.tasks[0].data.train.All()}}, state));
  const geometry::Tensors gradient = InitialGradient(training);
  for (size_t i = 0; i < gradient.size(); ++i) {
    EXPECT_TRUE(at::allclose(state.variables.parameters[i], start[i] - gradient[i] * 0.1));
  }
  EXPECT_EQ(state.step, 1);
  EXPECT_DOUBLE_EQ(state.flow_time, 0.1);
}

// With R = ‖∇L‖² and ∂R/∂θ = 2H∇L ≈ (∇L(θ + ε∇L) − ∇L(θ − ε∇L))/ε.
TEST(MakeUpdateTest, APenaltyAddsItsWeightedGradient) {
  const std::string penalty = "learner.regularizers[+]={gradient_norm: {}, weight: 0.5}";
  const Training plain = FunctionTraining();
  const Training penalized = FunctionTraining({penalty});
  State without = InitialState(plain);
  State with = InitialState(penalized);
  MakeUpdate(plain, {{0, plain.tasks[0].data.train.All()}}, without);
  MakeUpdate(penalized, {{0, penalized.tasks[0].data.train.All()}}, with);
  const at::Tensor difference =
      with.variables.parameters[0] - without.variables.parameters[0];  // −h·w·2H∇L
  const geometry::Tensors gradient = InitialGradient(plain);
  const auto gradient_at = [&](double offset) {
    const State start = InitialState(plain);
    geometry::Network moved{plain.model.get(), start.variables.parameters, {}};
    for (size_t i = 0; i < gradient.size(); ++i) {
      moved.params[i] = (moved.params[i] + gradient[i] * offset).requires_grad_(true);
    }
    return geometry::Gradient(
        geometry::Evaluate(moved, *plain.tasks[0].objective, plain.tasks[0].data.train.All(),
                           geometry::Mode::kTraining)
            .loss,
        moved.params)[0];
  };
  const at::Tensor expected = (gradient_at(1e-5) - gradient_at(-1e-5)) / 1e-5 * (-0.1 * 0.5);
  EXPECT_TRUE(at::allclose(difference, expected, 1e-6, 1e-12));
}

// The growth limit is on what the schedule finds, not on the share of it that a warm-up lets
// through.
TEST(MakeUpdateTest, AWarmUpDoesNotHoldBackALimitedGrowth) {
  const Training training =
      FunctionTraining({"learner.schedule={corridor: {cap: 0.001, growth: 2}, warmup: 9}"});
  State state = InitialState(training);
  for (int step = 0; step < 10; ++step) {
    ASSERT_TRUE(MakeUpdate(training, {{0, training.tasks[0].data.train.All()}}, state));
    EXPECT_NEAR(*state.last_rate, 1e-4 * (step + 1), 1e-15);
  }
}

TEST(MakeUpdateTest, ALossThatIsNotFiniteChangesNothing) {
  const Training training = FunctionTraining();
  State state = InitialState(training);
  state.variables.parameters[0].fill_(std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(MakeUpdate(training, {{0, training.tasks[0].data.train.All()}}, state));
  EXPECT_EQ(state.step, 0);
}

}  // namespace
}  // namespace geometer::trainer
