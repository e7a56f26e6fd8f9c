#include "worker/geometry/probes/stability.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_eigh.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/dense.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

constexpr LanczosOptions kExact{.k = 3, .tolerance = 1e-9, .max_products = 200};

Reading Measure(const Subject& subject, const LanczosOptions& options = kExact) {
  return MakeStabilityProbe(options)->Measure(subject, {});
}

double Value(const Reading& reading, const char* quantity, int64_t index = 0) {
  return Find(reading, quantity, index).value;
}

ChunkedLoss LossOf(const SmallProblem& problem) {
  return MeanLoss(problem.network, *problem.objective, problem.examples, 12);
}

at::Tensor GradientOf(const SmallProblem& problem) {
  return Gradient(LossOf(problem), problem.network.params);
}

at::Tensor DenseHessian(const SmallProblem& problem) {
  const HessianOperator hessian(LossOf(problem), problem.network.params);
  return Dense([&](const at::Tensor& v) { return hessian.Multiply(v); },
               GradientOf(problem).numel());
}

// A linear model under squared error: its loss is a quadratic.
SmallProblem Quadratic() {
  MlpOptions options = SmallMlp();
  options.hidden = {};
  SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  problem.objective = MakeMeanSquaredError();
  return problem;
}

TEST(StabilityProbeTest, EigendirectionsAreThoseOfTheDenseHessian) {
  const SmallProblem problem = MakeSmallProblem();
  const auto [values, vectors] = at::linalg_eigh(DenseHessian(problem));
  const at::Tensor g = GradientOf(problem);
  const Reading reading = Measure(problem.AsSubject());
  for (int64_t i = 0; i < 3; ++i) {
    const double lambda = values[-1 - i].item<double>(), h = 0.1;
    const double along = g.dot(vectors.select(1, -1 - i)).item<double>();
    EXPECT_NEAR(Value(reading, "h_lambda", i), h * lambda, 1e-9);
    EXPECT_NEAR(Value(reading, "gradient_share", i), along * along / g.dot(g).item<double>(), 1e-9);
    EXPECT_NEAR(Value(reading, "stability_coefficient", i),
                std::log1p(-h * lambda) / (h * lambda) * along * along, 1e-9);
  }
}

TEST(StabilityProbeTest, TheTotalShareIsTheSumOfTheShares) {
  const Reading reading = Measure(MakeSmallProblem().AsSubject());
  double sum = 0;
  for (int64_t i = 0; i < 3; ++i) sum += Value(reading, "gradient_share", i);
  EXPECT_NEAR(Value(reading, "gradient_share_total"), sum, 1e-12);
  EXPECT_LT(sum, 1);
}

// GD T3
// ∇(E + (h/4)‖g‖²) = g + (h/2)Hg; along ĝ its second part is ‖g‖ times the curvature ratio.
TEST(StabilityProbeTest, TheDriftIsThatOfTheModifiedLoss) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor g = GradientOf(problem);
  const double norm = g.norm().item<double>(), h = 0.1, step = 1e-4;
  const auto penalty = [&](double shift) {
    SmallProblem moved = MakeSmallProblem();
    moved.network.params = Moved(problem.network.params, g / norm, shift);
    for (at::Tensor& parameter : moved.network.params) parameter.requires_grad_();
    return h / 4 * GradientOf(moved).square().sum().item<double>();
  };
  const double slope = (penalty(step) - penalty(-step)) / (2 * step);
  EXPECT_NEAR(Value(Measure(problem.AsSubject()), "curvature_ratio"), slope / norm, 1e-7);
}

TEST(StabilityProbeTest, TheRelativeDriftIsThatOfTheDenseHessian) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor g = GradientOf(problem);
  const double bent = DenseHessian(problem).mv(g / g.norm()).norm().item<double>();
  EXPECT_NEAR(Value(Measure(problem.AsSubject()), "relative_drift"), 0.1 / 2 * bent, 1e-12);
}

// GD 6.2: on a quadratic the loss falls by h‖g‖²(1 − (h/2)ĝᵀHĝ).
TEST(StabilityProbeTest, OnAQuadraticTheLinearityRatioIsOneMinusTheCurvatureRatio) {
  const SmallProblem problem = Quadratic();
  const Reading reading = Measure(problem.AsSubject());
  EXPECT_NEAR(Value(reading, "linearity_ratio"), 1 - Value(reading, "curvature_ratio"), 1e-12);
  EXPECT_GT(Value(reading, "curvature_ratio"), 1e-3);
}

// Coupled weight decay belongs to the function that is stepped: λ_i + λ, g + λθ.
TEST(StabilityProbeTest, WeightDecayAddsToCurvatureAndGradient) {
  const SmallProblem problem = Quadratic();
  Subject subject = problem.AsSubject();
  const Reading plain = Measure(subject);
  subject.descent.weight_decay = 0.5;
  const Reading decayed = Measure(subject);
  EXPECT_NEAR(Value(decayed, "eigenvalue"), Value(plain, "eigenvalue") + 0.5, 1e-9);
  EXPECT_NEAR(Value(decayed, "linearity_ratio"), 1 - Value(decayed, "curvature_ratio"), 1e-12);
  EXPECT_GT(Value(decayed, "curvature_ratio"), Value(plain, "curvature_ratio") + 1e-3);
}

TEST(StabilityProbeTest, TheRatioIsAgainstTheOptimizersThreshold) {
  const SmallProblem problem = MakeSmallProblem();
  Subject subject = problem.AsSubject();
  subject.descent.momentum = 0.9;
  const Reading reading = Measure(subject);
  EXPECT_DOUBLE_EQ(Value(reading, "stability_threshold"), 3.8);
  EXPECT_DOUBLE_EQ(Value(reading, "stability_ratio"), Value(reading, "h_lambda") / 3.8);
}

// The edge of stability at λ_0: the rate 2/λ_0 turns growth along u_0 on, and no other direction's.
TEST(StabilityProbeTest, OnlyDirectionsBeyondTheEdgeGrow) {
  const SmallProblem problem = MakeSmallProblem();
  Subject subject = problem.AsSubject();
  subject.learning_rate = 2.02 / Value(Measure(subject), "eigenvalue");
  const Reading reading = Measure(subject);
  EXPECT_GT(Value(reading, "stability_coefficient", 0), 0);
  EXPECT_LT(Value(reading, "stability_coefficient", 1), 0);
  EXPECT_NEAR(Value(reading, "stability_ratio"), 1.01, 1e-8);
}

TEST(StabilityProbeTest, SaysWhenAnEigenpairDidNotConverge) {
  const Reading reading = Measure(MakeSmallProblem().AsSubject(), {.k = 3, .max_products = 2});
  EXPECT_FALSE(*Find(reading, "gradient_share", 1).converged);
  EXPECT_TRUE(std::isnan(Value(reading, "alpha_imaginary", 2)));
  EXPECT_FALSE(std::isnan(Value(reading, "relative_drift")));
}

}  // namespace
}  // namespace geometer::geometry
