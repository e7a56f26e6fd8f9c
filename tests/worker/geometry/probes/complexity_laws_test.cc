#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/probes/geometric_complexity.h"

namespace geometer::geometry {
namespace {

// Theorems on geometric complexity itself.
double Complexity(const Subject& subject) {
  return MakeGeometricComplexityProbe()->Measure(subject, {}).measurements[0].value;
}

// The mean complexity of 150 fresh bias-free ReLU networks 20-16-16-10 at one input.
Measurement AtInitialization(Initialization initialization) {
  MlpOptions options{.inputs = 20, .hidden = {16, 16}, .outputs = 10};
  options.bias = false;
  options.initialization = initialization;
  const auto model = MakeMlp(options);
  Tensors values;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    Subject subject;
    subject.network = {model.get(), model->Initialize(seed, at::kDouble).parameters, {}};
    subject.sample = {at::ones({1, 20}, at::kDouble), at::ones({1}, at::kLong)};
    values.push_back(at::ones({}, at::kDouble) * Complexity(subject));
  }
  return MeanOverExamples("complexity", at::stack(values));
}

// GC t09: E‖J‖² = K·Π (fan_in·v)·(½)^(L−1), v the variance of a layer's weights.
TEST(ComplexityLawsTest, AtInitializationIsTheProductOfTheLayersGains) {
  const struct {
    Initialization initialization;
    double expected;
  } laws[] = {{Initialization::kHe, 20},
              {Initialization::kLecun, 2.5},
              {Initialization::kGlorot, 2.5 * (40.0 / 36) * (32.0 / 26)},
              {Initialization::kTorch, 2.5 / 27}};
  for (const auto& law : laws) {
    const Measurement mean = AtInitialization(law.initialization);
    EXPECT_NEAR(mean.value, law.expected, 4 * *mean.standard_error);
  }
}

// GC t12: E|f(x + e) − f(x)|² = s²·GC + O(s⁴), e ~ N(0, s²); with −e beside e.
TEST(ComplexityLawsTest, InputNoiseAddsItsVarianceTimesTheComplexity) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor inputs = problem.examples.inputs.repeat({3000, 1});
  const auto forward = [&](const at::Tensor& x) {
    return problem.network.Forward(x, Mode::kEvaluation).output;
  };
  const double complexity = Complexity(problem.AsSubject());
  for (const double s : {0.02, 0.05}) {
    const at::Tensor noise = s * Noise(inputs.sizes(), "noise");
    const at::Tensor change = at::cat({forward(inputs + noise), forward(inputs - noise)}) -
                              forward(inputs).repeat({2, 1});
    const double slope = change.square().sum(1).mean().item<double>() / (s * s);
    EXPECT_NEAR(slope / complexity, 1, 0.05) << s;
  }
}

}  // namespace
}  // namespace geometer::geometry
