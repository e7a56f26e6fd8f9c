#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/regularizers/geometric_complexity.h"
#include "worker/geometry/regularizers/gradient_norm.h"
#include "worker/geometry/regularizers/l2.h"
#include "worker/geometry/regularizers/loss_jacobian.h"
#include "worker/geometry/regularizers/parameter_norm.h"
#include "worker/geometry/regularizers/spectral_norm.h"
#include "worker/geometry/regularizers/variation.h"

namespace geometer::geometry {
namespace {

struct Case {
  std::string name;
  std::function<std::unique_ptr<Regularizer>(const SmallProblem&)> make;
  int64_t inputs = 5;
};

// A tanh MLP, smooth in everything.
SmallProblem ProblemOf(const Case& method) {
  MlpOptions options = SmallMlp();
  options.inputs = method.inputs;
  return MakeSmallProblem(at::kDouble, options);
}

// All but sharpness, whose gradient is not that of its value.
class EveryPenalty : public testing::TestWithParam<Case> {};

TEST_P(EveryPenalty, ItsGradientEqualsCentralDifferences) {
  const SmallProblem problem = ProblemOf(GetParam());
  ExpectSlopeOfDifferences(problem, *GetParam().make(problem), 1e-5, 1e-7);
}

TEST_P(EveryPenalty, HasTheLosssDtypeAndKeepsItsGraph) {
  MlpOptions options = SmallMlp();
  options.inputs = GetParam().inputs;
  const SmallProblem problem = MakeSmallProblem(at::kFloat, options);
  const auto regularizer = GetParam().make(problem);
  const Evaluation here = Prepared(problem, *regularizer);
  EXPECT_EQ(regularizer->Penalty(here).scalar_type(), at::kFloat);
  EXPECT_NO_THROW(Gradient(here.loss, here.network.params));
}

// Two digits of three layers forward and up to three times back; those that read parameters alone
// are not rounded at all.
TEST_P(EveryPenalty, IsNearlyTheSameInBfloat16) {
  MlpOptions options = SmallMlp();
  options.inputs = GetParam().inputs;
  const SmallProblem problem = MakeSmallProblem(at::kFloat, options);
  const auto regularizer = GetParam().make(problem);
  Pass pass = Mode::kTraining;
  pass.bfloat16 = true;
  const Evaluation here = Prepared(problem, problem.network.params, *regularizer, pass);
  const at::Tensor penalty = regularizer->Penalty(here);
  const at::Tensor slope = Flatten(Gradient(penalty, here.network.params));
  const double value = Value(problem, *regularizer);
  const at::Tensor exact = Slope(problem, *regularizer);
  EXPECT_NEAR(penalty.item<double>(), value, 0.05 * value);
  EXPECT_LT((slope - exact).norm().item<double>(), 0.05 * exact.norm().item<double>());
}

TEST_P(EveryPenalty, IsAPureFunctionOfTheEvaluation) {
  const SmallProblem problem = ProblemOf(GetParam());
  const auto regularizer = GetParam().make(problem);
  EXPECT_EQ(Value(problem, *regularizer), Value(problem, *regularizer));
}

using Problem = const SmallProblem&;

INSTANTIATE_TEST_SUITE_P(
    All, EveryPenalty,
    testing::Values(Case{"gradient_norm", [](Problem) { return MakeGradientNorm(); }},
                    Case{"gradient_norm_unsquared",
                         [](Problem) { return MakeGradientNorm({.squared = false}); }},
                    Case{"gradient_norm_parts", [](Problem) { return MakePartGradientNorm(5); }},
                    Case{"gradient_norm_parts_unsquared",
                         [](Problem) { return MakePartGradientNorm(5, {.squared = false}); }},
                    Case{"gradient_norm_full",
                         [](Problem problem) { return MakeFullGradientNorm(problem.examples, 5); }},
                    Case{"gradient_norm_full_unsquared",
                         [](Problem problem) {
                           return MakeFullGradientNorm(problem.examples, 5, {.squared = false});
                         }},
                    Case{"l2", [](Problem) { return MakeL2(); }},
                    Case{"loss_jacobian", [](Problem) { return MakeLossJacobian(); }},
                    Case{"parameter_norm",
                         [](Problem) { return MakeParameterNorm(ParameterGroup::kWeights, 1.5); }},
                    Case{"complexity", [](Problem) { return MakeGeometricComplexity(); }},
                    Case{"complexity_embedding",
                         [](Problem) {
                           return MakeGeometricComplexity({.target = ComplexityTarget::kEmbedding});
                         }},
                    Case{"complexity_projected",
                         [](Problem) { return MakeGeometricComplexity({.projections = 3}); }},
                    Case{"spectral_norm", [](Problem) { return MakeSpectralNorm(); }},
                    Case{"variation_total", [](Problem) { return MakeVariation(2, {.points = 7}); },
                         2},
                    Case{"variation_dirichlet",
                         [](Problem) {
                           return MakeVariation(
                               1, {.measure = VariationMeasure::kDirichlet, .points = 9});
                         },
                         1}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace geometer::geometry
