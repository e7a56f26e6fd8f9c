#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/probes/flow_distance.h"
#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/gradient_norm.h"
#include "worker/geometry/probes/gradient_statistics.h"
#include "worker/geometry/probes/hessian_top.h"
#include "worker/geometry/probes/lie_bracket.h"
#include "worker/geometry/probes/loss.h"
#include "worker/geometry/probes/margins.h"
#include "worker/geometry/probes/modified_loss.h"
#include "worker/geometry/probes/neural_collapse.h"
#include "worker/geometry/probes/parameter_norm.h"
#include "worker/geometry/probes/spectral_density.h"
#include "worker/geometry/probes/stability.h"
#include "worker/geometry/probes/trace.h"

namespace geometer::geometry {
namespace {

// The rules that every probe obeys (probe.h).
std::vector<std::unique_ptr<Probe>> AllProbes() {
  std::vector<std::unique_ptr<Probe>> probes;
  probes.push_back(MakeLossProbe());
  probes.push_back(MakeGradientNormProbe());
  probes.push_back(MakeParameterNormProbe());
  probes.push_back(MakeGeometricComplexityProbe());
  probes.push_back(MakeGeometricComplexityProbe(
      {.output = ComplexityOutput::kEveryLayer, .norms = {.draws = 1}}));
  probes.push_back(MakeGeometricComplexityProbe({.output = ComplexityOutput::kEmbedding,
                                                 .norms = {JacobianMethod::kSphere, 2},
                                                 .by_class = true}));
  probes.push_back(MakeHessianTopProbe({.k = 2}));
  probes.push_back(MakeHessianTopProbe({.max_products = 3, .curvature = Curvature::kGaussNewton}));
  probes.push_back(MakeHessianTopProbe({.max_products = 3, .curvature = Curvature::kFisher}));
  probes.push_back(MakeStabilityProbe({.k = 2}));
  probes.push_back(MakeTraceProbe({.sketch = 1, .max_products = 3}));
  probes.push_back(MakeSpectralDensityProbe({.starts = 1, .steps = 3}));
  probes.push_back(MakeNeuralCollapseProbe({.geometric_collapse = true}));
  probes.push_back(MakeMarginsProbe({.quantiles = {0.1}, .bound = MarginBoundOptions{1}}));
  probes.push_back(MakeGradientStatisticsProbe({.batch_size = 4}));
  probes.push_back(MakeModifiedLossProbe({.batch_size = 4, .third_order = true}));
  probes.push_back(MakeLieBracketProbe({.measured = true}));
  probes.push_back(MakeFlowDistanceProbe({{Flow::kNonPrincipal}, 1, 2, 0.01, /*max_products=*/2}));
  return probes;
}

std::vector<SmallProblem> Problems(at::ScalarType dtype) {
  std::vector<SmallProblem> problems;
  problems.push_back(MakeSmallProblem(dtype));
  problems.push_back(MakeSmallResNet(dtype, /*batch_norm=*/true));
  problems.push_back(MakeSmallResNet(dtype, /*batch_norm=*/false));
  return problems;
}

Tensors Copies(const Network& network) {
  Tensors copies;
  for (const at::Tensor& t : network.params) copies.push_back(t.detach().clone());
  for (const at::Tensor& t : network.buffers) copies.push_back(t.clone());
  return copies;
}

TEST(EveryProbe, LeavesParametersAndBuffersBitwiseUnchanged) {
  for (const SmallProblem& problem : Problems(at::kFloat)) {
    const Tensors before = Copies(problem.network);
    for (const auto& probe : AllProbes()) probe->Measure(problem.AsSubject(5), {});
    const Tensors after = Copies(problem.network);
    for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(at::equal(before[i], after[i])) << i;
  }
}

TEST(EveryProbe, LeavesNoGradientBehind) {
  const SmallProblem problem = MakeSmallProblem(at::kFloat);
  for (const auto& probe : AllProbes()) probe->Measure(problem.AsSubject(), {});
  for (const at::Tensor& parameter : problem.network.params) {
    EXPECT_FALSE(parameter.grad().defined());
    EXPECT_TRUE(parameter.requires_grad());
  }
  EXPECT_FALSE(problem.examples.inputs.requires_grad());
}

TEST(EveryProbe, DoesNotDependOnTheChunkSizeBeyondRounding) {
  for (const SmallProblem& problem : Problems(at::kDouble)) {
    for (const auto& probe : AllProbes()) {
      const Reading whole = probe->Measure(problem.AsSubject(12), {});
      const Reading parts = probe->Measure(problem.AsSubject(5), {});
      for (size_t i = 0; i < whole.measurements.size(); ++i) {
        const Measurement& m = whole.measurements[i];
        const double value = parts.measurements[i].value;
        const bool both_nan = std::isnan(value) && std::isnan(m.value);
        EXPECT_TRUE(both_nan || std::abs(value - m.value) <= 1e-9 * std::abs(m.value))
            << m.quantity << ": " << value << " for " << m.value;
      }
    }
  }
}

TEST(EveryProbe, GivesTheSameNumbersInBothDtypesUpToRounding) {
  const std::vector<SmallProblem> exact = Problems(at::kDouble), rounded = Problems(at::kFloat);
  for (size_t i = 0; i < exact.size(); ++i) {
    for (const auto& probe : AllProbes()) {
      const Measurement want = probe->Measure(exact[i].AsSubject(), {}).measurements[0];
      const Measurement got = probe->Measure(rounded[i].AsSubject(), {}).measurements[0];
      EXPECT_NEAR(got.value, want.value, 1e-4 * std::abs(want.value)) << want.quantity;
    }
  }
}

TEST(EveryProbe, IsAFunctionOfItsSubject) {
  const SmallProblem problem = MakeSmallProblem(at::kFloat);
  for (const auto& probe : AllProbes()) {
    const Measurement first = probe->Measure(problem.AsSubject(), {}).measurements[0];
    EXPECT_EQ(first.value, probe->Measure(problem.AsSubject(), {}).measurements[0].value);
  }
}

// Quantities of the classes guessed, the optimizer and the last layer's weights are numbers still.
bool MayBeFinite(const std::string& quantity) {
  return quantity == "accuracy" || quantity == "stability_threshold" ||
         quantity.starts_with("nc2_weights_");
}

TEST(EveryProbe, GivesNanAfterDivergence) {
  const SmallProblem problem = MakeSmallProblem(at::kFloat);
  problem.network.params[0].detach().fill_(std::numeric_limits<float>::quiet_NaN());
  for (const auto& probe : AllProbes()) {
    for (const Measurement& m : probe->Measure(problem.AsSubject(5), {}).measurements) {
      EXPECT_TRUE(std::isnan(m.value) || MayBeFinite(m.quantity)) << m.quantity;
    }
  }
}

}  // namespace
}  // namespace geometer::geometry
