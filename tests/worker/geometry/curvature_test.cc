#include "worker/geometry/curvature.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/diag.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/dense.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

at::Tensor Matrix(const SmallProblem& problem, Curvature kind, int64_t chunk_size = 12) {
  const SymmetricOperator multiply =
      MakeCurvature(kind, problem.network, *problem.objective, problem.examples, chunk_size);
  return Dense(multiply, Flatten(problem.network.params).numel());
}

void ExpectEqual(const at::Tensor& got, const at::Tensor& want) {
  EXPECT_LT((got - want).abs().max().item<double>(), 1e-12);
  EXPECT_GT(want.abs().max().item<double>(), 1e-2);
}

at::Tensor OutputOf(const SmallProblem& problem) {
  return problem.network.Forward(problem.examples.inputs, Mode::kEvaluation).output;
}

// ∂output_n/∂θ, shape [K, m], a row at a time.
at::Tensor Jacobian(const SmallProblem& problem, const at::Tensor& output) {
  Tensors rows;
  for (const at::Tensor& entry : output.unbind()) {
    rows.push_back(Flatten(Gradient(entry, problem.network.params)));
  }
  return at::stack(rows);
}

// The gradients of single examples' losses, shape [N, m], with `labels`.
at::Tensor ExampleGradients(const SmallProblem& problem, const at::Tensor& labels) {
  return Jacobian(problem, problem.objective->PerExample(OutputOf(problem), labels));
}

TEST(CurvatureTest, GaussNewtonIsJacobianTimesOutputHessianTimesJacobian) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor output = OutputOf(problem);
  at::Tensor sum = at::zeros({111, 111}, at::kDouble);
  for (int64_t n = 0; n < 12; ++n) {
    const at::Tensor jacobian = Jacobian(problem, output[n]);
    const at::Tensor p = at::softmax(output[n].detach(), 0);
    sum += jacobian.t().mm(at::diag(p) - at::outer(p, p)).mm(jacobian) / 12;
  }
  ExpectEqual(Matrix(problem, Curvature::kGaussNewton), sum);
}

// The Fisher matrix of labels that the model itself draws.
TEST(CurvatureTest, UnderCrossEntropyGaussNewtonIsTheFisherMatrixOfTheModel) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor p = at::softmax(OutputOf(problem).detach(), 1);
  at::Tensor sum = at::zeros({111, 111}, at::kDouble);
  for (int64_t label = 0; label < 3; ++label) {
    const at::Tensor labels = at::zeros({12}, at::kLong) + label;
    const at::Tensor gradients = ExampleGradients(problem, labels);
    sum += gradients.t().mm(p.select(1, label).unsqueeze(1) * gradients) / 12;
  }
  ExpectEqual(Matrix(problem, Curvature::kGaussNewton), sum);
}

TEST(CurvatureTest, FisherIsTheMeanOuterProductOfExampleGradients) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor gradients = ExampleGradients(problem, problem.examples.targets);
  ExpectEqual(Matrix(problem, Curvature::kFisher), gradients.t().mm(gradients) / 12);
}

// Squared error is the mean over N·K numbers, so its matrix is (2/NK) Σ JᵀJ; a linear model has no
// curvature of its own.
TEST(CurvatureTest, OfALinearModelUnderSquaredErrorBothAreJacobianSquared) {
  MlpOptions options = SmallMlp();
  options.hidden = {};
  SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  problem.objective = MakeMeanSquaredError();
  const at::Tensor jacobian = Jacobian(problem, OutputOf(problem).flatten());
  const at::Tensor want = 2.0 / (12 * 3) * jacobian.t().mm(jacobian);
  ExpectEqual(Matrix(problem, Curvature::kGaussNewton), want);
  ExpectEqual(Matrix(problem, Curvature::kHessian), want);
}

TEST(CurvatureTest, WithHiddenLayersTheHessianIsAnotherMatrix) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor difference =
      Matrix(problem, Curvature::kGaussNewton) - Matrix(problem, Curvature::kHessian);
  EXPECT_GT(difference.abs().max().item<double>(), 1e-2);
}

TEST(CurvatureTest, AShortLastChunkChangesNothing) {
  const SmallProblem problem = MakeSmallProblem();
  for (const Curvature kind : {Curvature::kHessian, Curvature::kGaussNewton, Curvature::kFisher}) {
    ExpectEqual(Matrix(problem, kind, /*chunk_size=*/5), Matrix(problem, kind));
  }
}

TEST(CurvatureTest, SeveralProductsAtOnceAreThoseOfOneAtATime) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor rows = at::stack({Noise({111}, "u"), Noise({111}, "v")});
  for (const Curvature kind : {Curvature::kHessian, Curvature::kGaussNewton, Curvature::kFisher}) {
    const SymmetricOperator multiply =
        MakeCurvature(kind, problem.network, *problem.objective, problem.examples, 5);
    EXPECT_TRUE(at::equal(multiply(rows), at::stack({multiply(rows[0]), multiply(rows[1])})));
  }
}

}  // namespace
}  // namespace geometer::geometry
