#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
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

// The mean complexity of 1000 fresh bias-free ReLU networks 20-16-16-10 at one input.
Measurement AtInitialization(Initialization initialization) {
  MlpOptions options{.inputs = 20, .hidden = {16, 16}, .outputs = 10};
  options.bias = false;
  options.initialization = initialization;
  const auto model = MakeMlp(options);
  Tensors values;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
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

at::Tensor Outputs(const SmallProblem& problem, const at::Tensor& inputs) {
  return problem.network.Forward(inputs, Mode::kEvaluation).output;
}

// [E ℓ(f(x + e)) − ℓ(f(x))]/s², e ~ N(0, s²), with −e beside e; `loss` of 3000 copies of the
// sample.
template <typename Loss>
double EffectOfNoise(const SmallProblem& problem, double s, const Loss& loss) {
  const at::Tensor inputs = problem.examples.inputs.repeat({3000, 1});
  const at::Tensor noise = s * Noise(inputs.sizes(), "noise");
  const at::Tensor after =
      loss(Outputs(problem, inputs + noise)) + loss(Outputs(problem, inputs - noise));
  return (after / 2 - loss(Outputs(problem, inputs))).mean().template item<double>() / (s * s);
}

// By differences in every input coordinate.
struct InputDerivatives {
  at::Tensor jacobian;   // [N, K, d]
  at::Tensor laplacian;  // [N, K]
};

InputDerivatives DerivativesOf(const SmallProblem& problem) {
  const at::Tensor& x = problem.examples.inputs;
  const at::Tensor steps = 1e-3 * at::eye(x.size(1), at::kDouble);
  Tensors columns;
  at::Tensor laplacian = at::zeros_like(Outputs(problem, x));
  for (int64_t i = 0; i < x.size(1); ++i) {
    const at::Tensor up = Outputs(problem, x + steps[i]), down = Outputs(problem, x - steps[i]);
    columns.push_back((up - down) / 2e-3);
    laplacian += (up + down - 2 * Outputs(problem, x)) / 1e-6;
  }
  return {at::stack(columns, 2), laplacian};
}

// GC t12: at interpolation E|f(x + e) − f(x)|² = s²·GC + O(s⁴).
TEST(ComplexityLawsTest, InputNoiseAddsItsVarianceTimesTheComplexity) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor values = Outputs(problem, problem.examples.inputs).repeat({3000, 1});
  const auto loss = [&](const at::Tensor& f) { return (f - values).square().sum(1); };
  for (const double s : {0.02, 0.05}) {
    EXPECT_NEAR(EffectOfNoise(problem, s, loss) / Complexity(problem.AsSubject()), 1, 0.05) << s;
  }
}

// GC t12: T5, elsewhere (f − y)·Δf is added, and is not small.
TEST(ComplexityLawsTest, FarFromTheTargetsInputNoiseAddsTheLaplacianToo) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor y = 4 * Noise({12, 3}, "targets");
  const at::Tensor error = Outputs(problem, problem.examples.inputs) - y;
  const auto loss = [&](const at::Tensor& f) { return (f - y.repeat({3000, 1})).square().sum(1); };
  const double curved = (error * DerivativesOf(problem).laplacian).sum(1).mean().item<double>();
  const double complexity = Complexity(problem.AsSubject());
  const double effect = EffectOfNoise(problem, 0.02, loss);
  EXPECT_NEAR(effect / (complexity + curved), 1, 0.05);
  EXPECT_GT(std::abs(effect / complexity - 1), 0.2);
}

// GC t12: T5b, ½[tr(JᵀHJ) + (p − onehot)·Δf] with H = diag(p) − ppᵀ, and tr(JᵀHJ) ≤ ½‖J‖².
TEST(ComplexityLawsTest, UnderCrossEntropyInputNoiseAddsAWeightedComplexity) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor labels = problem.examples.targets.repeat({3000});
  const auto loss = [&](const at::Tensor& f) { return problem.objective->PerExample(f, labels); };
  const InputDerivatives f = DerivativesOf(problem);
  const at::Tensor p = Outputs(problem, problem.examples.inputs).softmax(1);
  const at::Tensor mean = (p.unsqueeze(2) * f.jacobian).sum(1);
  const at::Tensor weighted = (p * f.jacobian.square().sum(2)).sum(1) - mean.square().sum(1);
  const at::Tensor error = p - at::one_hot(problem.examples.targets, 3);
  const at::Tensor expected = (weighted + (error * f.laplacian).sum(1)).mean() / 2;
  EXPECT_NEAR(EffectOfNoise(problem, 0.05, loss) / expected.item<double>(), 1, 0.05);
  EXPECT_LE(weighted.mean().item<double>(), Complexity(problem.AsSubject()) / 2);
}

// GC t12: T5b, tr(JᵀHJ) = ½‖J‖² for opposite linear logits where both are 0, and Δf = 0.
TEST(ComplexityLawsTest, UnderCrossEntropyOppositeLogitsAtEvenOddsReachHalfTheComplexity) {
  const at::Tensor w = 0.5 * Noise({1, 3}, "w");
  const SmallProblem problem =
      MakeBiasFree({at::cat({w, -w})}, Activation::kRelu, at::zeros({2, 3}, at::kDouble));
  const at::Tensor labels = problem.examples.targets.repeat({3000});
  const auto loss = [&](const at::Tensor& f) { return problem.objective->PerExample(f, labels); };
  const double half = Complexity(problem.AsSubject()) / 2;
  EXPECT_NEAR(EffectOfNoise(problem, 0.05, loss) / (half / 2), 1, 0.05);
}

}  // namespace
}  // namespace geometer::geometry
