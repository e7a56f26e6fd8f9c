#include "worker/geometry/input_jacobian.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// A network's output with the inputs that it is a function of.
struct Graph {
  at::Tensor inputs;
  at::Tensor output;

  InputJacobian Jacobian() const { return {output, inputs}; }
};

Graph GraphOf(const SmallProblem& problem, Mode mode = Mode::kEvaluation) {
  const at::Tensor inputs = problem.examples.inputs.clone().requires_grad_();
  const Network network = Detached(problem.network, /*track=*/false);
  return {inputs, network.Forward(inputs, mode).output};
}

// ∂output_n/∂inputs_n, [N, K, D], a row at a time.
at::Tensor ByLoop(const Graph& graph) {
  Tensors examples;
  for (int64_t n = 0; n < graph.output.size(0); ++n) {
    Tensors rows;
    for (int64_t k = 0; k < graph.output.size(1); ++k) {
      rows.push_back(Gradient(graph.output[n][k], {graph.inputs})[0][n].flatten());
    }
    examples.push_back(at::stack(rows));
  }
  return at::stack(examples);
}

std::vector<SmallProblem> Problems(at::ScalarType dtype) {
  std::vector<SmallProblem> problems;
  problems.push_back(MakeSmallProblem(dtype));
  problems.push_back(MakeSmallResNet(dtype, /*batch_norm=*/true));
  return problems;
}

// f(x) = (x₀x₁, x₀ + 3): J = [[x₁, x₀], [1, 0]].
TEST(InputJacobianTest, EqualsTheClosedFormPerExample) {
  const at::Tensor x = at::tensor({1.0, 2.0, -3.0, 0.5}, at::kDouble).view({2, 2}).requires_grad_();
  const InputJacobian jacobian(
      at::stack({x.select(1, 0) * x.select(1, 1), x.select(1, 0) + 3}, /*dim=*/1), x);
  const at::Tensor expected = at::tensor({6.0, 10.25}, at::kDouble);
  EXPECT_TRUE(at::allclose(SquaredNorms(jacobian), expected));
  EXPECT_TRUE(at::allclose(SquaredNorms(jacobian.Transposed()), expected));
}

TEST(InputJacobianTest, IsZeroForAConstantOutput) {
  const at::Tensor x = at::tensor({1.0, 2.0}, at::kDouble).view({2, 1}).requires_grad_();
  const InputJacobian jacobian(at::zeros_like(x).detach(), x);
  const at::Tensor zero = at::tensor({0.0, 0.0}, at::kDouble);
  EXPECT_TRUE(at::equal(SquaredNorms(jacobian), zero));
  EXPECT_TRUE(at::equal(SquaredNorms(jacobian.Transposed()), zero));
}

TEST(InputJacobianTest, RefusesInputsThatNothingDependsOn) {
  const at::Tensor x = at::tensor({1.0, 2.0}, at::kDouble).view({2, 1});
  EXPECT_THROW(InputJacobian(x * x, x), c10::Error);
}

TEST(InputJacobianTest, MultipliesFromBothSidesAsTheMatricesDo) {
  for (const SmallProblem& problem : Problems(at::kDouble)) {
    const Graph graph = GraphOf(problem);
    const at::Tensor matrices = ByLoop(graph);
    const InputJacobian jacobian = graph.Jacobian();
    const at::Tensor v = Noise({4, 12, jacobian.rows()}, "v");
    const at::Tensor u = Noise({4, 12, jacobian.columns()}, "u");
    const at::Tensor left = at::einsum("vnk,nkd->vnd", {v, matrices});
    const at::Tensor right = at::einsum("nkd,vnd->vnk", {matrices, u});
    EXPECT_TRUE(at::allclose(jacobian.LeftMultiply(v), left, 1e-10, 1e-12));
    EXPECT_TRUE(at::allclose(jacobian.Transposed().LeftMultiply(u), right, 1e-10, 1e-12));
  }
}

TEST(InputJacobianTest, MultipliesByManyVectorsAsByEach) {
  for (const SmallProblem& problem : Problems(at::kDouble)) {
    const InputJacobian jacobian = GraphOf(problem).Jacobian();
    const at::Tensor v = Noise({4, 12, jacobian.rows()}, "v");
    Tensors each;
    for (const at::Tensor& one : v.split(1)) each.push_back(jacobian.LeftMultiply(one));
    EXPECT_TRUE(at::allclose(jacobian.LeftMultiply(v), at::cat(each), 1e-12, 1e-14));
  }
}

// GC t03
TEST(InputJacobianTest, RowsAndColumnsAndALoopAgree) {
  for (const SmallProblem& problem : Problems(at::kDouble)) {
    const Graph graph = GraphOf(problem);
    const at::Tensor expected = ByLoop(graph).square().flatten(1).sum(1);
    EXPECT_TRUE(at::allclose(SquaredNorms(graph.Jacobian()), expected, 1e-10, 0));
    EXPECT_TRUE(at::allclose(SquaredNorms(graph.Jacobian().Transposed()), expected, 1e-10, 0));
  }
}

// GC t03, in single precision.
TEST(InputJacobianTest, RowsAndColumnsAgreeInSinglePrecision) {
  for (const SmallProblem& problem : Problems(at::kFloat)) {
    const InputJacobian jacobian = GraphOf(problem).Jacobian();
    const at::Tensor rows = SquaredNorms(jacobian), columns = SquaredNorms(jacobian.Transposed());
    EXPECT_NEAR((rows.sum() / columns.sum()).item<double>(), 1, 1e-6);
  }
}

// GC t23: with the statistics of the batch, examples interact: a row is no longer its example's.
TEST(InputJacobianTest, IsNotThatOfSingleExamplesInTrainingMode) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  const Graph training = GraphOf(problem, Mode::kTraining);
  const double own = ByLoop(training).square().sum().item<double>();
  const double summed = SquaredNorms(training.Jacobian()).sum().item<double>();
  EXPECT_GT(std::abs(summed / own - 1), 0.01);
}

}  // namespace
}  // namespace geometer::geometry
