#include "worker/geometry/probes/neural_collapse.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linalg_pinv.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kClasses = 5;
constexpr int64_t kWidth = 16;

// A linear model: its embedding are its inputs.
SmallProblem OnFeatures(const at::Tensor& features, const at::Tensor& labels,
                        const at::Tensor& weights) {
  SmallProblem problem = MakeBiasFree({weights}, Activation::kRelu, features);
  problem.examples.targets = labels;
  return problem;
}

Reading Measure(const SmallProblem& problem, bool geometric_collapse = false) {
  return MakeNeuralCollapseProbe({geometric_collapse})->Measure(problem.AsSubject(1000), {});
}

double Value(const Reading& reading, const std::string& quantity, int64_t index = 0) {
  return Find(reading, quantity, index).value;
}

at::Tensor Rotation(int64_t width) {
  return std::get<0>(at::linalg_qr(Noise({width, width}, "rotation")));
}

// The corners of a simplex, [kClasses, kWidth], each of norm `radius`, around 0.
at::Tensor Simplex(double radius) {
  const double k = kClasses;
  const at::Tensor corners = at::eye(kClasses, at::kDouble) - 1 / k;
  const at::Tensor frame = Rotation(kWidth).slice(0, 0, kClasses);
  return radius * std::sqrt(k / (k - 1)) * corners.matmul(frame);
}

at::Tensor Cycle(int64_t examples, int64_t classes) {
  return at::arange(examples, at::kLong).remainder(classes);
}

// Simplex means of norm 2 with isotropic noise of deviation `s`, and the means as weights.
SmallProblem NoisySimplex(double s, int64_t examples) {
  const at::Tensor means = Simplex(2), labels = Cycle(examples, kClasses);
  const at::Tensor noise = s * Noise({examples, kWidth}, "within");
  return OnFeatures(means.index_select(0, labels) + noise, labels, means);
}

// Five clouds without any structure.
SmallProblem Clouds() {
  const at::Tensor labels = Cycle(60, kClasses), means = Noise({kClasses, kWidth}, "means");
  return OnFeatures(means.index_select(0, labels) + Noise({60, kWidth}, "within"), labels,
                    Noise({kClasses, kWidth}, "weights"));
}

SmallProblem WithFeatures(SmallProblem problem, const at::Tensor& features) {
  problem.examples.inputs = features;
  return problem;
}

// GC t15: every defect of a collapsed network is 0.
TEST(NeuralCollapseTest, IsZeroOnASimplexWithItsMeansAsWeights) {
  const Reading reading = Measure(NoisySimplex(0, 50));
  ASSERT_EQ(reading.measurements.size(), 19u);
  for (const Measurement& m : reading.measurements) EXPECT_NEAR(m.value, 0, 1e-12) << m.quantity;
}

// GC t15: tr(Σ_W Σ_B⁺) = s²(k−1)²/r² and CDNV = p·s²(k−1)/(2k·r²), k = 5, p = 16, r = 2.
TEST(NeuralCollapseTest, OfIsotropicNoiseOnASimplexHasItsClosedForm) {
  const double s = 0.1;
  const Reading reading = Measure(NoisySimplex(s, 10000));
  const Measurement& nc1 = Find(reading, "nc1_unnormalised");
  EXPECT_NEAR(nc1.value, s * s * 16 / 4, 5 * *nc1.standard_error);
  EXPECT_NEAR(Value(reading, "nc1"), nc1.value / kClasses, 1e-15);
  const double relative_error = std::sqrt(2.0 / (kWidth * 10000));  // of a variance
  EXPECT_NEAR(Value(reading, "cdnv_mean") / (16 * s * s * 4 / 40), 1, 5 * relative_error);
  EXPECT_NEAR(Value(reading, "nc1_trace_ratio") / (16 * s * s / 4), 1, 5 * relative_error);
}

// GC t15, oracle O2: variances 1, 1, 4 around 0, 10, 21.
TEST(NeuralCollapseTest, CdnvOfThreeScalarClasses) {
  const at::Tensor features = at::tensor({-1.0, 1.0, 9.0, 11.0, 19.0, 23.0}, at::kDouble);
  const at::Tensor labels = at::tensor({0, 0, 1, 1, 2, 2}, at::kLong);
  const SmallProblem problem =
      OnFeatures(features.view({6, 1}), labels, at::ones({3, 1}, at::kDouble));
  const Reading reading =
      MakeNeuralCollapseProbe({.pairs = true})->Measure(problem.AsSubject(4), {});
  EXPECT_NEAR(Value(reading, "cdnv_pair", 0 * 3 + 1), 0.01, 1e-15);
  EXPECT_NEAR(Value(reading, "cdnv_pair", 0 * 3 + 2), 5.0 / 882, 1e-15);
  EXPECT_NEAR(Value(reading, "cdnv_pair", 1 * 3 + 2), 5.0 / 242, 1e-15);
  EXPECT_NEAR(Value(reading, "cdnv_mean"), 0.01211003, 1e-8);
  EXPECT_NEAR(Value(reading, "cdnv_max"), 5.0 / 242, 1e-15);
  EXPECT_NEAR(Value(reading, "cdnv_min"), 5.0 / 882, 1e-15);
  EXPECT_NEAR(Value(reading, "cdnv_asymmetric_max"), 4.0 / 121, 1e-15);
  EXPECT_NEAR(Value(reading, "nearest_mean_bound"), 8 * Value(reading, "cdnv_mean"), 1e-15);
  EXPECT_EQ(Value(reading, "nearest_mean_error"), 0);  // of means unequally far from their centre
}

// GC t15, oracle O7: means ±1, variance s² = 0.09.
TEST(NeuralCollapseTest, OfTwoScalarClasses) {
  const at::Tensor features = at::tensor({0.7, 1.3, -0.7, -1.3}, at::kDouble).view({4, 1});
  const at::Tensor labels = at::tensor({0, 0, 1, 1}, at::kLong);
  const at::Tensor weights = at::tensor({5.0, -5.0}, at::kDouble).view({2, 1});
  const Reading reading = Measure(OnFeatures(features, labels, weights));
  EXPECT_NEAR(Value(reading, "nc1_unnormalised"), 0.09, 1e-15);
  EXPECT_NEAR(Value(reading, "nc1"), 0.045, 1e-15);
  EXPECT_NEAR(Value(reading, "cdnv_mean"), 0.0225, 1e-15);
  EXPECT_NEAR(Value(reading, "nc3"), 0, 1e-15);
}

// GC t15: rows (3, 0) and (0, 1): norms 3 and 1, both cosines 0 instead of −1.
TEST(NeuralCollapseTest, DefectsOfTwoOrthogonalWeights) {
  const at::Tensor weights = at::tensor({3.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2});
  const Reading reading = Measure(OnFeatures(Noise({6, 2}, "features"), Cycle(6, 2), weights));
  EXPECT_NEAR(Value(reading, "nc2_weights_equinorm"), std::sqrt(2.0) / 2, 1e-15);
  EXPECT_NEAR(Value(reading, "nc2_weights_equiangular"), 0, 1e-15);
  EXPECT_NEAR(Value(reading, "nc2_weights_maximal_angle"), 1, 1e-15);
  const double on = 9 / std::sqrt(82) - 0.5, off = 1 / std::sqrt(82) - 0.5;
  EXPECT_NEAR(Value(reading, "nc2_weights_gram"), std::sqrt(on * on + off * off + 0.5), 1e-15);
}

// GC t15: deviation over ordered pairs, each cosine counted twice: cosines 1, −1, −1.
TEST(NeuralCollapseTest, EquiangularIsOverOrderedPairs) {
  const at::Tensor weights = at::tensor({1.0, 1.0, -1.0}, at::kDouble).view({3, 1});
  const Reading reading = Measure(OnFeatures(Noise({6, 1}, "features"), Cycle(6, 3), weights));
  EXPECT_NEAR(Value(reading, "nc2_weights_equiangular"), std::sqrt(16.0 / 3 / 5), 1e-15);
}

// GC t15: ‖−M/‖M‖ − M/‖M‖‖² = 4; and the network then disagrees with every nearest mean.
TEST(NeuralCollapseTest, OfOppositeWeightsIsFarthestFromSelfDuality) {
  SmallProblem problem = NoisySimplex(0, 50);
  problem.network.params = {-3 * problem.network.params[0]};
  const Reading reading = Measure(problem);
  EXPECT_NEAR(Value(reading, "nc3"), 4, 1e-12);
  EXPECT_EQ(Value(reading, "nc4"), 1);
  EXPECT_EQ(Value(reading, "nearest_mean_error"), 0);
}

// GC t16: any invertible linear map of the features, of width k − 1 so that it stays in their span.
TEST(NeuralCollapseTest, FirstCollapseIsInvariantToLinearMaps) {
  const at::Tensor labels = Cycle(60, kClasses);
  const at::Tensor features = Noise({60, 4}, "features") + labels.unsqueeze(1).sin();
  const at::Tensor weights = Noise({kClasses, 4}, "weights");
  const SmallProblem before = OnFeatures(features, labels, weights);
  const SmallProblem after = OnFeatures(features.matmul(Noise({4, 4}, "map")) + 3, labels, weights);
  EXPECT_NEAR(Value(Measure(after), "nc1") / Value(Measure(before), "nc1"), 1, 1e-8);
  EXPECT_GT(std::abs(Value(Measure(after), "cdnv_mean") / Value(Measure(before), "cdnv_mean") - 1),
            0.01);
}

// GC t16
TEST(NeuralCollapseTest, CdnvIsInvariantToSimilarities) {
  const SmallProblem before = Clouds();
  const at::Tensor moved = 7 * before.examples.inputs.matmul(Rotation(kWidth)) - 2;
  const Reading a = Measure(before), b = Measure(WithFeatures(Clouds(), moved));
  for (const char* quantity : {"cdnv_mean", "cdnv_max", "cdnv_min", "cdnv_asymmetric_max"}) {
    EXPECT_NEAR(Value(b, quantity) / Value(a, quantity), 1, 1e-8) << quantity;
  }
}

// Against tr(Σ_W Σ_B⁺) from the full matrices.
TEST(NeuralCollapseTest, FirstCollapseEqualsItsDenseForm) {
  const SmallProblem problem = Clouds();
  const at::Tensor& h = problem.examples.inputs;
  const at::Tensor means = h.view({12, kClasses, kWidth}).mean(0);
  const at::Tensor rest = h - means.repeat({12, 1});
  const at::Tensor centred = means - means.mean(0);
  const at::Tensor between = centred.t().matmul(centred) / kClasses;
  const at::Tensor expected = (rest.t().matmul(rest) / 60).matmul(at::linalg_pinv(between, 1e-10));
  EXPECT_NEAR(Value(Measure(problem), "nc1_unnormalised") / expected.trace().item<double>(), 1,
              1e-10);
}

TEST(NeuralCollapseTest, AClassAbsentFromTheSampleLeavesTheWeightsAlone) {
  SmallProblem problem = Clouds();
  problem.examples = problem.examples.Slice(0, 4);
  const Reading reading = Measure(problem, /*geometric_collapse=*/true);
  EXPECT_TRUE(std::isnan(Value(reading, "nc1")));
  EXPECT_TRUE(std::isnan(Value(reading, "nc4")));
  EXPECT_TRUE(std::isnan(Value(reading, "poincare_constant", 4)));
  EXPECT_FALSE(std::isnan(Value(reading, "class_embedding_complexity", 3)));
  EXPECT_FALSE(std::isnan(Value(reading, "nc2_weights_equinorm")));
}

TEST(NeuralCollapseTest, CoincidingMeansHaveNoCollapse) {
  SmallProblem problem = Clouds();
  problem.examples.inputs = at::full_like(problem.examples.inputs, 1);
  EXPECT_TRUE(std::isnan(Value(Measure(problem), "nc1")));
  EXPECT_TRUE(std::isnan(Value(Measure(problem), "cdnv_mean")));
}

// GC t13: the embedding of the identity has GC = p = 16 everywhere, so gcol_pair is p·mean d⁻², and
// the balanced mixture has k/2 times that.
TEST(NeuralCollapseTest, GeometricCollapseOfTheIdentityHasItsClosedForm) {
  const Reading reading = Measure(NoisySimplex(0, 50), /*geometric_collapse=*/true);
  EXPECT_NEAR(Value(reading, "class_embedding_complexity", 2), kWidth, 1e-12);
  EXPECT_NEAR(Value(reading, "gcol_pair"), 16 / (2.0 * 4 * 5 / 4), 1e-12);
  EXPECT_NEAR(Value(reading, "gcol_mix"), 2.5 * Value(reading, "gcol_pair"), 1e-12);
}

// GC t16: a ReLU layer scaled up scales the embedding.
TEST(NeuralCollapseTest, GeometricCollapseDoesNotSeeTheScaleOfTheEmbedding) {
  const SmallProblem problem = MakeSmallProblem(at::kDouble, SmallMlp(Activation::kRelu));
  const Reading before = Measure(problem, /*geometric_collapse=*/true);
  problem.network.params[2].detach().mul_(3);
  problem.network.params[3].detach().mul_(3);
  const Reading after = Measure(problem, /*geometric_collapse=*/true);
  EXPECT_NEAR(Value(after, "gcol_pair") / Value(before, "gcol_pair"), 1, 1e-10);
  EXPECT_NEAR(Value(after, "gcol_mix") / Value(before, "gcol_mix"), 1, 1e-10);
  EXPECT_NEAR(Value(after, "class_embedding_complexity", 1) /
                  Value(before, "class_embedding_complexity", 1),
              9, 1e-10);
}

// GC t13, oracle O3: h = sin under N(0, 1), by its quantiles: Var = (1 − e⁻²)/2 = 0.432332 and
// E h'² = (1 + e⁻²)/2 = 0.567668. Both classes are the same law.
TEST(NeuralCollapseTest, PoincareConstantOfTheSine) {
  const int64_t n = 20000;
  const at::Tensor grid = (at::arange(n, at::kDouble) + 0.5) / static_cast<double>(n);
  const at::Tensor normal = std::sqrt(2.0) * (2 * grid - 1).erfinv();
  const at::Tensor one = at::ones({1, 1}, at::kDouble);
  SmallProblem problem = MakeBiasFree({one, at::ones({2, 1}, at::kDouble)}, Activation::kSine,
                                      at::cat({normal, normal}).view({-1, 1}));
  problem.examples.targets = at::arange(2 * n, at::kLong).ge(n).to(at::kLong);
  const Reading reading = Measure(problem, /*geometric_collapse=*/true);
  EXPECT_NEAR(Value(reading, "class_embedding_complexity", 1), 0.567668, 1e-5);
  EXPECT_NEAR(Value(reading, "poincare_constant", 1), 0.432332 / 0.567668, 3e-5);
}

// Classes N(m_c, diag(λ)), λ = (1, 0.5, 0.25, 0.1), seen by a tanh network: true constants are
// λ_max = 1 and any ρ above it.
Reading OfGaussianClasses(double rho = 1) {
  const at::Tensor labels = Cycle(15000, 3);
  const at::Tensor scale = at::tensor({1.0, 0.5, 0.25, 0.1}, at::kDouble).sqrt();
  const at::Tensor inputs =
      Noise({3, 4}, "means").index_select(0, labels) + scale * Noise({15000, 4}, "inputs");
  SmallProblem problem =
      MakeBiasFree({Noise({6, 4}, "first"), Noise({3, 6}, "last")}, Activation::kTanh, inputs);
  problem.examples.targets = labels;
  return MakeNeuralCollapseProbe({.geometric_collapse = true, .poincare_constant = rho})
      ->Measure(problem.AsSubject(1000), {});
}

// GC t13: T10, Var_c ≤ ρ·GC_c; T12 and T12b, NC ≤ ρ·gcol.
TEST(NeuralCollapseTest, ObeysThePoincareInequalityOnGaussians) {
  const Reading reading = OfGaussianClasses();
  for (int64_t c = 0; c < 3; ++c) EXPECT_LE(Value(reading, "poincare_constant", c), 1.02) << c;
  EXPECT_LE(Value(reading, "cdnv_mean"), 1.02 * Value(reading, "gcol_pair"));
  EXPECT_LE(Value(reading, "gcol_pair"), Value(reading, "gcol_mix"));
}

// GC t13: T10 and T12 as reported, with a true constant.
TEST(NeuralCollapseTest, ReportsBothSidesOfTheBoundsByAPoincareConstant) {
  const double rho = 1.5;
  const Reading reading = OfGaussianClasses(rho);
  for (int64_t c = 0; c < 3; ++c) {
    const double bound = Value(reading, "class_variance_bound", c);
    EXPECT_LE(Value(reading, "class_variance", c), 1.02 * bound) << c;
    EXPECT_NEAR(bound, rho * Value(reading, "class_embedding_complexity", c), 1e-12 * bound) << c;
  }
  EXPECT_NEAR(Value(reading, "cdnv_bound"), rho * Value(reading, "gcol_pair"), 1e-12);
  const double slack = Value(reading, "cdnv_bound") / Value(reading, "cdnv_mean");
  EXPECT_NEAR(Value(reading, "cdnv_slack"), slack, 1e-12);
  EXPECT_GE(slack, 0.98);
}

// The effective constants make equalities of them.
TEST(NeuralCollapseTest, WithoutAConstantTheBoundsHoldByConstruction) {
  const Reading reading = Measure(MakeSmallProblem(), /*geometric_collapse=*/true);
  EXPECT_NEAR(Value(reading, "cdnv_slack"), 1, 1e-12);
  EXPECT_EQ(Value(reading, "class_variance_bound", 1), Value(reading, "class_variance", 1));
}

// GC t13: a linear embedding of N(m, σ²I) reaches equality, ρ = σ².
TEST(NeuralCollapseTest, ALinearEmbeddingReachesThePoincareInequality) {
  const Reading reading = Measure(NoisySimplex(0.3, 10000), /*geometric_collapse=*/true);
  const double relative_error = std::sqrt(2.0 / (kWidth * 10000));
  EXPECT_NEAR(Value(reading, "cdnv_mean") / Value(reading, "gcol_pair") / 0.09, 1,
              5 * relative_error);
}

// GC t14: T13b on the sample itself, where it says something: classes around ±1 on a line.
TEST(NeuralCollapseTest, TheNearestMeanErrsAtMostAsItsBoundSays) {
  const at::Tensor labels = Cycle(500, 2), means = 1 - 2 * labels.to(at::kDouble);
  const at::Tensor weights = at::tensor({1.0, -1.0}, at::kDouble).view({2, 1});
  for (const double noise : {0.3, 0.6, 0.9}) {
    const at::Tensor features = means + noise * Noise({500}, "within");
    const Reading reading = Measure(OnFeatures(features.view({500, 1}), labels, weights));
    EXPECT_LE(Value(reading, "nearest_mean_error"), Value(reading, "nearest_mean_bound")) << noise;
    EXPECT_LT(Value(reading, "nearest_mean_bound"), 1) << noise;
  }
}

// GC t14: T13b is nearly reached: one in ten of each class lies just beyond the middle, the others
// where they keep the mean at ±1, so that the bound is q/(1 − q).
TEST(NeuralCollapseTest, TheNearestMeanBoundIsNearlyReached) {
  const double q = 0.1, beyond = -0.001;
  at::Tensor class0 = at::full({10}, 1 + (1 - beyond) * q / (1 - q), at::kDouble);
  class0[0] = beyond;
  const at::Tensor labels = at::arange(20, at::kLong).ge(10).to(at::kLong);
  const at::Tensor weights = at::tensor({1.0, -1.0}, at::kDouble).view({2, 1});
  const Reading reading =
      Measure(OnFeatures(at::cat({class0, -class0}).view({20, 1}), labels, weights));
  EXPECT_NEAR(Value(reading, "nearest_mean_error"), q, 1e-15);
  EXPECT_EQ(Value(reading, "nc4"), 0);  // the network errs with the nearest mean
  EXPECT_NEAR(Value(reading, "nearest_mean_bound"), q / (1 - q), 1e-3);
}

}  // namespace
}  // namespace geometer::geometry
