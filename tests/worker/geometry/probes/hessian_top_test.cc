#include "worker/geometry/probes/hessian_top.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_eigh.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/dense.h"
#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

// All eigenvalues of the dense matrix, largest first.
at::Tensor DenseSpectrum(const SmallProblem& problem, Curvature kind = Curvature::kHessian) {
  const SymmetricOperator multiply =
      MakeCurvature(kind, problem.network, *problem.objective, problem.examples, 12);
  const at::Tensor dense = Dense(multiply, Flatten(problem.network.params).numel());
  return std::get<0>(at::linalg_eigh(dense)).flip(0);
}

Reading Measure(const SmallProblem& problem, const HessianTopOptions& options,
                const NamedTensors& warm_start = {}) {
  return MakeHessianTopProbe(options)->Measure(problem.AsSubject(), warm_start);
}

TEST(HessianTopTest, EqualsTheDenseEigenvalues) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor spectrum = DenseSpectrum(problem);
  const Reading reading = Measure(problem, {.k = 5, .tolerance = 1e-8});
  for (int64_t i = 0; i < 5; ++i) {
    const Measurement& m = Find(reading, "eigenvalue", i);
    EXPECT_NEAR(m.value / spectrum[i].item<double>(), 1, 1e-8) << i;
    EXPECT_TRUE(*m.converged) << i;
    EXPECT_LE(*m.residual, 1e-8) << i;
  }
}

TEST(HessianTopTest, EqualsTheDenseEigenvaluesOfTheOtherMatrices) {
  const SmallProblem problem = MakeSmallProblem();
  for (const Curvature kind : {Curvature::kGaussNewton, Curvature::kFisher}) {
    const at::Tensor spectrum = DenseSpectrum(problem, kind);
    const Reading reading = Measure(problem, {.k = 3, .tolerance = 1e-8, .curvature = kind});
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(Find(reading, "eigenvalue", i).value / spectrum[i].item<double>(), 1, 1e-8) << i;
    }
  }
}

TEST(HessianTopTest, TheSmallestEndStartsWithTheMostNegative) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor spectrum = DenseSpectrum(problem);
  const Reading reading =
      Measure(problem, {.k = 3, .tolerance = 1e-8, .end = SpectrumEnd::kSmallest});
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(Find(reading, "eigenvalue", i).value / spectrum[-1 - i].item<double>(), 1, 1e-8)
        << i;
  }
  EXPECT_LT(Find(reading, "eigenvalue").value, -1e-3);
}

// A network of 1,000 to 2,000 parameters; every eigenvalue to 1e-8.
TEST(HessianTopTest, EqualsTheDenseEigenvaluesOfALargerNetwork) {
  MlpOptions options = SmallMlp();
  options.hidden = {32, 24};
  const SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  const at::Tensor spectrum = DenseSpectrum(problem);
  ASSERT_GT(spectrum.numel(), 1000);
  const Reading reading = Measure(problem, {.k = 5, .tolerance = 1e-7, .max_products = 100});
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(Find(reading, "eigenvalue", i).value / spectrum[i].item<double>(), 1, 1e-8) << i;
  }
}

TEST(HessianTopTest, SaysWhenItDidNotConverge) {
  const Reading reading =
      Measure(MakeSmallProblem(), {.k = 3, .tolerance = 1e-8, .max_products = 4});
  EXPECT_FALSE(*Find(reading, "eigenvalue", 2).converged);
  EXPECT_EQ(*Find(reading, "eigenvalue", 2).samples, 4);
}

TEST(HessianTopTest, AnEigenvalueBeyondTheBudgetIsNan) {
  const Reading reading = Measure(MakeSmallProblem(), {.k = 3, .max_products = 2});
  EXPECT_FALSE(std::isnan(Find(reading, "eigenvalue", 1).value));
  EXPECT_TRUE(std::isnan(Find(reading, "eigenvalue", 2).value));
  EXPECT_FALSE(*Find(reading, "eigenvalue", 2).converged);
}

TEST(HessianTopTest, AWarmStartNeedsFewerProducts) {
  const SmallProblem problem = MakeSmallProblem();
  const Reading cold = Measure(problem, {.k = 3});
  const Reading warm = Measure(problem, {.k = 3}, cold.warm_start);
  EXPECT_LT(*Find(warm, "eigenvalue").samples, *Find(cold, "eigenvalue").samples);
  EXPECT_NEAR(Find(warm, "eigenvalue").value / Find(cold, "eigenvalue").value, 1, 1e-5);
}

TEST(HessianTopTest, AWarmStartInAnotherDtypeIsAccepted) {
  const NamedTensors start = Measure(MakeSmallProblem(at::kFloat), {}).warm_start;
  const SmallProblem problem = MakeSmallProblem();
  const double expected = DenseSpectrum(problem)[0].item<double>();
  EXPECT_NEAR(Find(Measure(problem, {}, start), "eigenvalue").value / expected, 1, 1e-5);
}

// With 1 % of noise it would report the second as converged.
TEST(HessianTopTest, AWarmStartAtTheSecondEigenvectorFindsTheFirst) {
  const SmallProblem problem = MakeSmallProblem();
  const NamedTensors both = Measure(problem, {.k = 2, .tolerance = 1e-10}).warm_start;
  const NamedTensors first = Measure(problem, {.k = 1, .tolerance = 1e-10}).warm_start;
  at::Tensor second = both[0].tensor - first[0].tensor * both[0].tensor.dot(first[0].tensor);
  const Reading reading = Measure(problem, {.k = 1}, {{both[0].name, second}});
  const double expected = DenseSpectrum(problem)[0].item<double>();
  EXPECT_NEAR(Find(reading, "eigenvalue").value / expected, 1, 1e-4);
}

}  // namespace
}  // namespace geometer::geometry
