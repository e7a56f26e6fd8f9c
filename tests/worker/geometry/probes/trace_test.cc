#include "worker/geometry/probes/trace.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/geometry/dense.h"
#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor DenseCurvature(const SmallProblem& problem, Curvature kind) {
  const SymmetricOperator multiply =
      MakeCurvature(kind, problem.network, *problem.objective, problem.examples, 12);
  return Dense(multiply, Flatten(problem.network.params).numel());
}

Reading Measure(const SmallProblem& problem, const TraceOptions& options,
                const NamedTensors& warm_start = {}) {
  return MakeTraceProbe(options)->Measure(problem.AsSubject(), warm_start);
}

void ExpectWithinFourErrors(const Measurement& m, double truth) {
  EXPECT_LT(std::abs(m.value - truth), 4 * *m.standard_error) << m.quantity;
  EXPECT_LT(*m.standard_error, 0.4 * std::abs(truth)) << m.quantity;
}

TEST(TraceTest, AgreesWithTheDenseMatrixWithAndWithoutASketch) {
  const SmallProblem problem = MakeSmallProblem();
  for (const Curvature kind : {Curvature::kHessian, Curvature::kGaussNewton, Curvature::kFisher}) {
    const at::Tensor dense = DenseCurvature(problem, kind);
    for (const int64_t sketch : {0, 4}) {
      const Reading reading = Measure(
          problem, {.curvature = kind, .sketch = sketch, .tolerance = 1e-9, .max_products = 80});
      ExpectWithinFourErrors(Find(reading, "trace"), dense.trace().item<double>());
      ExpectWithinFourErrors(Find(reading, "frobenius_norm"), dense.norm().item<double>());
      ExpectWithinFourErrors(Find(reading, "squared_frobenius_norm"),
                             dense.square().sum().item<double>());
    }
  }
}

// At an equal number of products the sketch takes the outliers, and with them most of the error.
TEST(TraceTest, ASketchHasASmallerErrorThanHutchinson) {
  const SmallProblem problem = MakeSmallProblem();
  const auto error = [&](int64_t sketch) {
    const TraceOptions options{.curvature = Curvature::kGaussNewton,
                               .sketch = sketch,
                               .tolerance = 1e-9,
                               .max_products = 60};
    return *Find(Measure(problem, options), "trace").standard_error;
  };
  EXPECT_LT(error(12), 0.5 * error(0));
}

TEST(TraceTest, ASketchOfTheWholeSpaceIsExact) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor dense = DenseCurvature(problem, Curvature::kHessian);
  const Reading reading = Measure(problem, {.sketch = 111, .max_products = 222});
  EXPECT_NEAR(Find(reading, "trace").value, dense.trace().item<double>(), 1e-9);
  EXPECT_NEAR(Find(reading, "frobenius_norm").value, dense.norm().item<double>(), 1e-9);
}

TEST(TraceTest, StopsWhenTheErrorIsSmallAndSaysWhenItIsNot) {
  const SmallProblem problem = MakeSmallProblem();
  const Measurement loose = Find(Measure(problem, {.sketch = 0, .tolerance = 1}), "trace");
  EXPECT_EQ(*loose.samples, 8);
  EXPECT_TRUE(*loose.converged);
  const Measurement tight =
      Find(Measure(problem, {.sketch = 0, .tolerance = 1e-9, .max_products = 20}), "trace");
  EXPECT_EQ(*tight.samples, 20);
  EXPECT_FALSE(*tight.converged);
}

TEST(TraceTest, ADirectionOfTheSketchCostsOneProduct) {
  const SmallProblem problem = MakeSmallProblem();
  const TraceOptions options{.sketch = 6, .tolerance = 1e-9, .max_products = 40};
  EXPECT_EQ(*Find(Measure(problem, options), "trace").samples, 34);
}

TEST(TraceTest, OfAProductThatIsNotFiniteIsNan) {
  const SmallProblem problem = MakeSmallProblem();
  problem.network.params[0].detach().fill_(std::numeric_limits<double>::infinity());
  for (const int64_t sketch : {0, 4}) {
    const Measurement trace = Find(Measure(problem, {.sketch = sketch}), "trace");
    EXPECT_TRUE(std::isnan(trace.value)) << sketch;
    EXPECT_FALSE(*trace.converged) << sketch;
  }
}

}  // namespace
}  // namespace geometer::geometry
