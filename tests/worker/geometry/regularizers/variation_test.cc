#include "worker/geometry/regularizers/variation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/function_model.h"
#include "tests/worker/geometry/golden_problem.h"
#include "tests/worker/geometry/regularizers/prepared.h"

namespace geometer::geometry {
namespace {

// A problem whose network computes `function` of one parameter p = 2.
SmallProblem Of(FunctionModel::Function function, int64_t inputs = 1) {
  SmallProblem problem = MakeSmallProblem();
  problem.model = std::make_unique<FunctionModel>(std::move(function));
  problem.network = {problem.model.get(), {at::tensor({2.0}, at::kDouble)}, {}};
  problem.objective = std::make_unique<OutputAsLoss>();
  problem.examples = {at::zeros({1, inputs}, at::kDouble), at::zeros({1, 1}, at::kDouble)};
  return problem;
}

const VariationOptions kDirichlet{
    .measure = VariationMeasure::kDirichlet, .points = 200, .extent = 1.5};

// f = p·x²: it falls and rises by p·extent² = 4.5, and so does its derivative in p by extent².
TEST(VariationTest, TotalVariationOfAParabolaIsTwiceItsHeight) {
  const SmallProblem parabola =
      Of([](at::TensorList p, const at::Tensor& x) { return p[0] * x.square(); });
  const auto total = MakeVariation(1, {.points = 31, .extent = 1.5});
  EXPECT_NEAR(Value(parabola, *total), 9, 1e-12);
  EXPECT_NEAR(Slope(parabola, *total).item<double>(), 4.5, 1e-12);
}

// ½∫(2px)² dx over [−a, a] = 4p²a³/3; the midpoint rule errs by 1/(4·points²) of it.
TEST(VariationTest, DirichletEnergyOfAParabolaIsTheIntegral) {
  const SmallProblem parabola =
      Of([](at::TensorList p, const at::Tensor& x) { return p[0] * x.square(); });
  const double expected = 4 * 4 * std::pow(1.5, 3) / 3;
  EXPECT_NEAR(Value(parabola, *MakeVariation(1, kDirichlet)), expected, 3e-5 * expected);
}

// f = (p·x, p·x·y) over the square of side 2a: ½∫p²(1 + x² + y²) = p²(2a² + 4a⁴/3).
TEST(VariationTest, DirichletEnergyOfTwoInputsSumsOutputsAndDirections) {
  const SmallProblem problem = Of(
      [](at::TensorList p, const at::Tensor& x) {
        return at::stack({p[0] * x.select(1, 0), p[0] * x.select(1, 0) * x.select(1, 1)}, 1);
      },
      2);
  const double expected = 4 * (2 * std::pow(1.5, 2) + 4 * std::pow(1.5, 4) / 3);
  EXPECT_NEAR(Value(problem, *MakeVariation(2, kDirichlet)), expected, 1e-4 * expected);
}

// f = p·x on n × n points: every row rises by 2pa, and no column.
TEST(VariationTest, TotalVariationOfTwoInputsIsTakenAlongBoth) {
  const SmallProblem slope =
      Of([](at::TensorList p, const at::Tensor& x) { return p[0] * x.slice(1, 0, 1); }, 2);
  EXPECT_NEAR(Value(slope, *MakeVariation(2, {.points = 5, .extent = 1.5})), 5 * 6, 1e-12);
}

}  // namespace
}  // namespace geometer::geometry
