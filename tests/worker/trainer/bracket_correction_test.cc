#include "worker/trainer/bracket_correction.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/trainer/vector_training.h"
#include "worker/geometry/autograd.h"

namespace geometer::trainer {
namespace {

// The gradient of a golden loss and its Hessian's product with `v`.
at::Tensor GradientOf(int k, const at::Tensor& at) {
  const at::Tensor x = at.detach().requires_grad_();
  return geometry::Gradient(geometry::GoldenLoss(k, x), {x})[0];
}

at::Tensor Product(int k, const at::Tensor& at, const at::Tensor& v) {
  const at::Tensor x = at.detach().requires_grad_();
  const auto gradient = geometry::Gradient(geometry::GoldenLoss(k, x), {x}, /*create_graph=*/true);
  return geometry::VectorJacobianProduct(gradient, {v}, {x})[0];
}

// GD 4.4: θ ← θ − (h²/2)·Σ_{i<j} (H_j g_i − H_i g_j), here of L_1 twice and L_2 once: the bracket
// twice.
TEST(BracketCorrectionTest, TakesHalfOfEveryPairsBracketBack) {
  const double h = 0.1;
  const VectorTraining training(
      [](int64_t k, const at::Tensor& x) {
        return geometry::GoldenLoss(static_cast<int>(k) + 1, x);
      },
      {"learner.optimizer={sgd: {learning_rate: 0.1}}",
       "learner.multitask={order: sequential, tasks: [{name: a, turn: 2}, {name: b}]}"});
  State state = training.At(geometry::GoldenStart());
  for (const int64_t task : {0, 0, 1}) training.Update({task}, state);
  const at::Tensor before = state.variables.parameters[0].clone();

  const auto batch_at = [](int64_t step) {
    const size_t task = step < 2 ? 0 : 1;
    const at::Tensor example = at::tensor({static_cast<int64_t>(task)}, at::kLong);
    return UpdateBatch{{task, {example, example}}};
  };
  CorrectBracket(training.training(), batch_at, state);
  const at::Tensor bracket =
      Product(2, before, GradientOf(1, before)) - Product(1, before, GradientOf(2, before));
  const at::Tensor expected = before - h * h / 2 * 2 * bracket;
  EXPECT_LT((state.variables.parameters[0] - expected).norm().item<double>(), 1e-15);
  EXPECT_GT((before - expected).norm().item<double>(), 1e-3);
}

}  // namespace
}  // namespace geometer::trainer
