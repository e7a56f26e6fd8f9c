#include "worker/geometry/probes/jacobian_norms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

constexpr JacobianMethod kEstimates[] = {JacobianMethod::kGaussian, JacobianMethod::kRademacher,
                                         JacobianMethod::kSphere, JacobianMethod::kSampledRows};

// ‖A‖² of x ↦ Ax at `examples` inputs, each found on its own.
at::Tensor NormsOf(const at::Tensor& a, int64_t examples, const JacobianNormOptions& options,
                   int64_t step = 0) {
  const at::Tensor x = at::zeros({examples, a.size(1)}, at::kDouble).requires_grad_();
  return JacobianNorms(options, /*seed=*/3, "norms", step).Next({at::matmul(x, a.t()), x});
}

// The variances of GC 8.2, M = JJᵀ.
double Variance(JacobianMethod law, const at::Tensor& m) {
  const double k = m.size(0), all = m.square().sum().item<double>();
  const double trace = m.trace().item<double>(), diagonal = m.diag().square().sum().item<double>();
  if (law == JacobianMethod::kGaussian) return 2 * all;
  if (law == JacobianMethod::kRademacher) return 2 * (all - diagonal);
  if (law == JacobianMethod::kSphere) return 2 * k / (k + 2) * (all - trace * trace / k);
  return k * diagonal - trace * trace;
}

// GC t08, GC t25
TEST(JacobianNormsTest, EstimatesHaveNoBias) {
  const at::Tensor a = Noise({7, 11}, "a");
  for (const JacobianMethod law : kEstimates) {
    const at::Tensor norms = NormsOf(a, 20000, {law, 1});
    const double error = std::sqrt(norms.var().item<double>() / 20000);
    EXPECT_NEAR(norms.mean().item<double>(), a.square().sum().item<double>(), 5 * error);
  }
}

// GC t08
TEST(JacobianNormsTest, EstimatesHaveTheVarianceOfTheirLaw) {
  const at::Tensor a = Noise({7, 11}, "a");
  for (const JacobianMethod law : kEstimates) {
    const at::Tensor norms = NormsOf(a, 100000, {law, 1});
    const at::Tensor squares = (norms - norms.mean()).square();
    const double error = std::sqrt(squares.var().item<double>() / 100000);
    EXPECT_NEAR(squares.mean().item<double>(), Variance(law, at::matmul(a, a.t())), 5 * error);
  }
}

// GC t08: the same with input directions, |Jw|².
TEST(JacobianNormsTest, EstimatesByColumnsHaveTheSameMeanAndTheirVariance) {
  const at::Tensor a = Noise({7, 11}, "a");
  const at::Tensor norms = NormsOf(a.t(), 20000, {JacobianMethod::kGaussian, 1});
  const at::Tensor squares = (norms - norms.mean()).square();
  const double error = std::sqrt(norms.var().item<double>() / 20000);
  EXPECT_NEAR(norms.mean().item<double>(), a.square().sum().item<double>(), 5 * error);
  EXPECT_NEAR(squares.mean().item<double>(), 2 * at::matmul(a, a.t()).square().sum().item<double>(),
              5 * std::sqrt(squares.var().item<double>() / 20000));
}

TEST(JacobianNormsTest, TheVarianceFallsWithTheDraws) {
  const at::Tensor a = Noise({7, 11}, "a");
  const double one = NormsOf(a, 4000, {JacobianMethod::kGaussian, 1}).var().item<double>();
  const double nine = NormsOf(a, 4000, {JacobianMethod::kGaussian, 9}).var().item<double>();
  EXPECT_NEAR(one / nine, 9, 2);
}

// GC 8.2: M is diagonal.
TEST(JacobianNormsTest, OneRademacherDrawIsExactForOrthogonalRows) {
  const at::Tensor norms = NormsOf(Noise({3}, "d").diag(), 50, {JacobianMethod::kRademacher, 1});
  const double expected = Noise({3}, "d").square().sum().item<double>();
  EXPECT_TRUE(at::allclose(norms, expected * at::ones({50}, at::kDouble), 1e-14));
}

TEST(JacobianNormsTest, DrawsDoNotDependOnTheChunks) {
  const at::Tensor a = Noise({7, 11}, "a"), whole = at::zeros({12, 11}, at::kDouble);
  for (const JacobianMethod law : kEstimates) {
    JacobianNorms norms({law, 3}, /*seed=*/3, "norms", /*step=*/0);
    Tensors parts;
    for (const at::Tensor& part : whole.split(5)) {
      const at::Tensor x = part.clone().requires_grad_();
      parts.push_back(norms.Next({at::matmul(x, a.t()), x}));
    }
    EXPECT_TRUE(at::allclose(at::cat(parts), NormsOf(a, 12, {law, 3}), 1e-13, 0));
  }
}

TEST(JacobianNormsTest, EveryStepDrawsAnew) {
  const at::Tensor a = Noise({7, 11}, "a");
  const JacobianNormOptions options{JacobianMethod::kRademacher, 1};
  EXPECT_TRUE(at::equal(NormsOf(a, 12, options), NormsOf(a, 12, options)));
  EXPECT_FALSE(at::equal(NormsOf(a, 12, options), NormsOf(a, 12, options, /*step=*/1)));
}

TEST(JacobianNormsTest, TheCheaperExactMethodIsTakenWhileOneIsCheap) {
  const auto automatic = [](int64_t rows, int64_t columns) {
    return Resolve(JacobianMethod::kAuto, rows, columns);
  };
  EXPECT_EQ(automatic(10, 784), JacobianMethod::kRows);
  EXPECT_EQ(automatic(512, 64), JacobianMethod::kColumns);
  EXPECT_EQ(automatic(100, 784), JacobianMethod::kRows);
  EXPECT_EQ(automatic(101, 784), JacobianMethod::kRademacher);
  EXPECT_EQ(Resolve(JacobianMethod::kColumns, 1, 784), JacobianMethod::kColumns);
}

}  // namespace
}  // namespace geometer::geometry
