#include "worker/geometry/probes/function_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/det.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor Column(std::vector<double> values) {
  return at::tensor(values, at::kDouble).view({-1, 1});
}

double Value(const Reading& reading, const std::string& quantity, int64_t index = 0) {
  return Find(reading, quantity, index).value;
}

Reading Measure(const SmallProblem& problem, const FunctionShapeOptions& options = {},
                int64_t chunk_size = 7) {
  return MakeFunctionShapeProbe(options)->Measure(problem.AsSubject(chunk_size), {});
}

// x ↦ x on the given inputs.
SmallProblem Identity(std::vector<double> inputs) {
  return MakeBiasFree({Column({1})}, Activation::kRelu, Column(std::move(inputs)));
}

// x ↦ x/10.
SmallProblem Slope() {
  return MakeBiasFree({Column({0.1})}, Activation::kRelu, Column({0, 0.3, 1}));
}

// A tanh MLP ℝ → ℝ with steep weights, on ten random inputs.
SmallProblem Wiggly() {
  MlpOptions options{.inputs = 1, .hidden = {7, 6}, .outputs = 1};
  options.activation = Activation::kTanh;
  options.scale = 4;
  SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  problem.examples = problem.examples.Slice(0, 10);
  return problem;
}

// GC O6
TEST(FunctionShapeTest, OfTheIdentityIsTheWorkedExample) {
  const Reading reading = Measure(Identity({1, 0}));
  EXPECT_NEAR(Value(reading, "arc_length"), std::numbers::sqrt2, 1e-12);
  EXPECT_NEAR(Value(reading, "dirichlet_energy"), 0.5, 1e-12);
  EXPECT_NEAR(Value(reading, "graph_volume"), std::numbers::sqrt2, 1e-12);
  EXPECT_LT(*Find(reading, "graph_volume").residual, 1e-12);
  EXPECT_EQ(Find(reading, "arc_length").samples, 1000);
}

// ∫cos² = π/2 and ∫√(1 + cos²) = 2√2·E(½) on [0, π].
TEST(FunctionShapeTest, OfTheSineIsItsClosedForm) {
  const SmallProblem sine =
      MakeBiasFree({Column({1}), Column({1})}, Activation::kSine, Column({0, std::numbers::pi}));
  const Reading reading = Measure(sine);
  EXPECT_NEAR(Value(reading, "dirichlet_energy"), std::numbers::pi / 4, 1e-6);
  EXPECT_NEAR(Value(reading, "arc_length"), 3.8201977890, 1e-5);
  EXPECT_NEAR(Value(reading, "graph_volume"), 3.8201977890, 1e-8);
  EXPECT_LT(*Find(reading, "dirichlet_energy").residual, 1e-5);
}

// f(x) = (x, 2x): |f′|² = 5.
TEST(FunctionShapeTest, OfSeveralOutputsTakesTheirSlopesTogether) {
  const SmallProblem problem =
      MakeBiasFree({Column({1, 2})}, Activation::kRelu, Column({0, 0.5, 2}));
  const Reading reading = Measure(problem, {.points = 5, .snapshot = 3});
  EXPECT_NEAR(Value(reading, "arc_length"), 2 * std::sqrt(6), 1e-12);
  EXPECT_NEAR(Value(reading, "dirichlet_energy"), 5, 1e-12);
  EXPECT_EQ(Value(reading, "function_input", 1), 1);
  EXPECT_EQ(Value(reading, "function_value", 3), 2);
}

// GC t20: T7, the polygon through f's own values is the shortest and has the least energy.
TEST(FunctionShapeTest, NoFunctionIsShorterThanThePolygonThroughItsPoints) {
  const Reading reading = Measure(Wiggly());
  EXPECT_GE(Value(reading, "arc_length"), Value(reading, "arc_length_on_data"));
  EXPECT_GE(Value(reading, "dirichlet_energy"), Value(reading, "dirichlet_energy_on_data"));
  EXPECT_GT(Value(reading, "arc_length") / Value(reading, "arc_length_on_data"), 1.0001);
  const Reading line = Measure(Slope());  // is its own polygon
  EXPECT_NEAR(Value(line, "arc_length") / Value(line, "arc_length_on_data"), 1, 1e-12);
  EXPECT_NEAR(Value(line, "dirichlet_energy") / Value(line, "dirichlet_energy_on_data"), 1, 1e-12);
}

// GC t20: Vol ≤ |Ω| + DE, since √(1 + F) ≤ 1 + F/2.
TEST(FunctionShapeTest, TheGraphHasAtMostTheVolumeOfItsFirstOrderExpansion) {
  SmallProblem problem = Wiggly();
  const at::Tensor& x = problem.examples.inputs;
  const double length = (x.max() - x.min()).item<double>();
  const Reading reading = Measure(problem);
  EXPECT_LE(Value(reading, "graph_volume"), length + Value(reading, "dirichlet_energy"));
  EXPECT_GE(Value(reading, "graph_volume"), length);
  const Reading flat = Measure(Slope());  // F = 0.01 nearly reaches it
  EXPECT_LE(Value(flat, "graph_volume"), 1 + Value(flat, "dirichlet_energy"));
  EXPECT_GE(Value(flat, "graph_volume"), 1 + 0.99 * Value(flat, "dirichlet_energy"));
}

// GC t20: √(1 + F) ≤ √det(1 + JᵀJ) ≤ (1 + F/r)^(r/2) ≤ exp(F/2), F = ‖J‖².
TEST(FunctionShapeTest, TheVolumeElementLiesBetweenItsBounds) {
  for (int i = 0; i < 200; ++i) {
    const at::Tensor j = (0.1 + i % 7) * Noise({3, 2}, std::to_string(i));
    const double f = j.square().sum().item<double>();
    const at::Tensor gram = at::eye(2, at::kDouble) + at::matmul(j.t(), j);
    const double volume = std::sqrt(at::det(gram).item<double>());
    EXPECT_LE(std::sqrt(1 + f), volume * (1 + 1e-12));
    EXPECT_LE(volume, (1 + f / 2) * (1 + 1e-12));
    EXPECT_LE(1 + f / 2, std::exp(f / 2));
  }
}

TEST(FunctionShapeTest, DoesNotDependOnTheChunkSizeOrTheOrderOfTheSample) {
  SmallProblem problem = Wiggly();
  const Reading whole = Measure(problem, {}, 2000);
  problem.examples.inputs = problem.examples.inputs.flip(0);
  const Reading parts = Measure(problem, {}, 33);
  for (const Measurement& m : whole.measurements) {
    EXPECT_NEAR(Value(parts, m.quantity) / m.value, 1, 1e-12) << m.quantity;
  }
}

TEST(FunctionShapeTest, CountsARepeatedInputOnce) {
  const Reading reading = Measure(Identity({0, 1, 1, 0}), {.points = 3});
  EXPECT_EQ(Find(reading, "arc_length").samples, 3);
  EXPECT_NEAR(Value(reading, "dirichlet_energy_on_data"), 0.5, 1e-15);
}

TEST(FunctionShapeTest, OfASingleInputIsNothing) {
  const Reading reading = Measure(Identity({0.5}));
  for (const Measurement& m : reading.measurements) EXPECT_EQ(m.value, 0) << m.quantity;
}

TEST(FunctionShapeTest, IsNotANumberAfterDivergence) {
  SmallProblem problem = Wiggly();
  problem.network.params[0].detach().fill_(std::nan(""));
  for (const Measurement& m : Measure(problem).measurements) {
    EXPECT_TRUE(std::isnan(m.value)) << m.quantity;
  }
}

TEST(FunctionShapeTest, RefusesInputsOfSeveralNumbers) {
  EXPECT_THROW(Measure(MakeSmallProblem()), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
