#include "worker/geometry/autograd.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor Leaf(std::vector<double> values) {
  return at::tensor(values, at::kDouble).requires_grad_();
}

ChunkedLoss LossOf(const SmallProblem& problem, int64_t chunk_size) {
  return MeanLoss(problem.network, *problem.objective, problem.examples, chunk_size);
}

at::Tensor Direction(const SmallProblem& problem) {
  return Noise({Flatten(problem.network.params).numel()}, "direction");
}

TEST(GradientTest, EqualsTheClosedFormOfAQuadratic) {
  const at::Tensor x = Leaf({1, -2});
  EXPECT_TRUE(
      at::equal(Gradient(1.5 * x.square().sum(), {x})[0], at::tensor({3.0, -6.0}).to(at::kDouble)));
}

TEST(GradientTest, IsZeroForAParameterThatTheLossIgnores) {
  const at::Tensor x = Leaf({1}), unused = Leaf({2, 3});
  EXPECT_TRUE(at::equal(Gradient(x.sum(), {x, unused})[1], at::zeros_like(unused)));
  EXPECT_TRUE(at::equal(Gradient(x.detach().sum(), {x})[0], at::zeros_like(x)));
}

TEST(GradientTest, LeavesNothingInGrad) {
  const at::Tensor x = Leaf({1});
  Gradient(x.square().sum(), {x}, /*create_graph=*/true);
  EXPECT_FALSE(x.grad().defined());
}

TEST(GradientTest, EqualsCentralDifferences) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor v = Direction(problem);
  const double h = 1e-5;
  const double slope = (problem.LossAt(Moved(problem.network.params, v, h)) -
                        problem.LossAt(Moved(problem.network.params, v, -h))) /
                       (2 * h);
  const at::Tensor gradient = Gradient(LossOf(problem, 12), problem.network.params);
  EXPECT_NEAR(gradient.dot(v).item<double>(), slope, 1e-8 * std::abs(slope) + 1e-9);
}

TEST(GradientTest, DoesNotDependOnTheChunkSize) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor whole = Gradient(LossOf(problem, 12), problem.network.params);
  for (const int64_t size : {1, 5, 7}) {
    const at::Tensor parts = Gradient(LossOf(problem, size), problem.network.params);
    EXPECT_TRUE(at::allclose(whole, parts, 1e-13, 1e-15)) << size;
  }
}

// L = x₀²·x₁ + x₁³: H = [[2x₁, 2x₀], [2x₀, 6x₁]].
TEST(HessianOperatorTest, EqualsTheClosedFormOfACubic) {
  const at::Tensor x = Leaf({3, 2});
  const HessianOperator hessian({1, [&](int64_t) { return x[0] * x[0] * x[1] + x[1].pow(3); }},
                                {x});
  const at::Tensor product = hessian.Multiply(at::tensor({1.0, -1.0}, at::kDouble));
  EXPECT_TRUE(at::allclose(product, at::tensor({-2.0, -6.0}, at::kDouble)));
}

TEST(HessianOperatorTest, EqualsCentralDifferencesOfTheGradient) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor v = Direction(problem);
  const double h = 1e-5;
  const auto gradient_at = [&](double step) {
    const Network moved{problem.model.get(), Moved(problem.network.params, v, step), {}};
    const Network leaves = Detached(moved, /*track=*/true);
    return Gradient(MeanLoss(leaves, *problem.objective, problem.examples, 12), leaves.params);
  };
  const at::Tensor expected = (gradient_at(h) - gradient_at(-h)) / (2 * h);
  const HessianOperator hessian(LossOf(problem, 12), problem.network.params);
  EXPECT_TRUE(at::allclose(hessian.Multiply(v), expected, 1e-6, 1e-8));
}

TEST(HessianOperatorTest, IsSymmetric) {
  const SmallProblem problem = MakeSmallProblem();
  const HessianOperator hessian(LossOf(problem, 12), problem.network.params);
  const at::Tensor u = Direction(problem), v = u.flip(0);
  EXPECT_NEAR(hessian.Multiply(u).dot(v).item<double>(), hessian.Multiply(v).dot(u).item<double>(),
              1e-12);
}

TEST(HessianOperatorTest, DoesNotDependOnTheChunkSize) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor v = Direction(problem);
  const HessianOperator whole(LossOf(problem, 12), problem.network.params);
  const HessianOperator parts(LossOf(problem, 5), problem.network.params);
  EXPECT_TRUE(at::allclose(whole.Multiply(v), parts.Multiply(v), 1e-12, 1e-14));
}

TEST(HessianOperatorTest, SeveralProductsAtOnceAreThoseOfOneAtATime) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor u = Direction(problem), v = u.flip(0);
  for (const int64_t chunk : {12, 5}) {
    const HessianOperator hessian(LossOf(problem, chunk), problem.network.params);
    const at::Tensor both = hessian.Multiply(at::stack({u, v}));
    EXPECT_TRUE(at::equal(both[0], hessian.Multiply(u))) << chunk;
    EXPECT_TRUE(at::equal(both[1], hessian.Multiply(v))) << chunk;
  }
}

TEST(HessianOperatorTest, IsZeroForALinearLoss) {
  const at::Tensor x = Leaf({3, 2});
  const HessianOperator hessian({1, [&](int64_t) { return 2 * x.sum(); }}, {x});
  EXPECT_EQ(hessian.Multiply(at::tensor({1.0, 1.0}, at::kDouble)).abs().sum().item<double>(), 0);
}

}  // namespace
}  // namespace geometer::geometry
