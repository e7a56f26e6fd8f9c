#include "worker/geometry/probes/spectral_density.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_eigh.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/worker/geometry/dense.h"
#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor DenseHessian(const SmallProblem& problem) {
  const SymmetricOperator multiply =
      MakeCurvature(Curvature::kHessian, problem.network, *problem.objective, problem.examples, 12);
  return Dense(multiply, Flatten(problem.network.params).numel());
}

Reading Measure(const SmallProblem& problem, const SpectralDensityOptions& options) {
  return MakeSpectralDensityProbe(options)->Measure(problem.AsSubject(), {});
}

// Σ w_i φ(θ_i).
template <typename Function>
double Integral(const Reading& reading, const Function& phi) {
  double sum = 0, node = 0;
  for (const Measurement& m : reading.measurements) {
    if (m.quantity == "density_node") node = m.value;
    if (m.quantity == "density_weight") sum += m.value * phi(node);
  }
  return sum;
}

TEST(SpectralDensityTest, MomentsAgreeWithTheDenseMatrix) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor dense = DenseHessian(problem);
  const Reading reading = Measure(problem, {.starts = 12, .steps = 10});
  const Measurement mean = Find(reading, "density_mean");
  const Measurement square = Find(reading, "density_mean_square");
  EXPECT_LT(std::abs(mean.value - dense.trace().item<double>() / 111), 4 * *mean.standard_error);
  EXPECT_LT(std::abs(square.value - dense.square().sum().item<double>() / 111),
            4 * *square.standard_error);
  EXPECT_EQ(*mean.samples, 12);
}

TEST(SpectralDensityTest, TheQuadratureHasTheReportedMomentsAndWeightOne) {
  const Reading reading = Measure(MakeSmallProblem(), {.starts = 3, .steps = 8});
  EXPECT_NEAR(Integral(reading, [](double) { return 1; }), 1, 1e-12);
  EXPECT_NEAR(Integral(reading, [](double x) { return x; }), Find(reading, "density_mean").value,
              1e-12);
  EXPECT_NEAR(Integral(reading, [](double x) { return x * x; }),
              Find(reading, "density_mean_square").value, 1e-12);
}

// Few nodes know the moments of many more: of a start, exactly up to degree 2·steps − 1.
TEST(SpectralDensityTest, AFewStepsHaveTheMomentsOfMany) {
  const SmallProblem problem = MakeSmallProblem();
  const Reading few = Measure(problem, {.starts = 1, .steps = 3});
  const Reading many = Measure(problem, {.starts = 1, .steps = 25});
  const auto moment = [](int power) { return [power](double x) { return std::pow(x, power); }; };
  for (const int power : {1, 2, 3, 4, 5}) {
    const double want = Integral(many, moment(power));
    EXPECT_NEAR(Integral(few, moment(power)) / want, 1, 1e-9) << power;
  }
  EXPECT_GT(std::abs(Integral(few, moment(6)) / Integral(many, moment(6)) - 1), 1e-9);
}

// The share of eigenvalues near zero, smoothed, against the dense spectrum.
TEST(SpectralDensityTest, SmoothFunctionsOfTheSpectrumAgree) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor values = std::get<0>(at::linalg_eigh(DenseHessian(problem)));
  const auto phi = [](double x) { return std::exp(-x * x / 0.02); };
  double want = 0;
  for (int64_t i = 0; i < 111; ++i) want += phi(values[i].item<double>()) / 111;
  EXPECT_NEAR(Integral(Measure(problem, {.starts = 12, .steps = 25}), phi) / want, 1, 0.1);
}

TEST(SpectralDensityTest, NodesAscendWithinTheSpectrum) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor values = std::get<0>(at::linalg_eigh(DenseHessian(problem)));
  const Reading reading = Measure(problem, {.starts = 2, .steps = 10});
  double last = values[0].item<double>() - 1e-9;
  for (int64_t i = 0; i < 20; ++i) {
    EXPECT_GE(Find(reading, "density_node", i).value, last);
    last = Find(reading, "density_node", i).value;
  }
  EXPECT_LE(last, values[-1].item<double>() + 1e-9);
}

}  // namespace
}  // namespace geometer::geometry
