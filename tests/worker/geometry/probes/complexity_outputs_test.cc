#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/probes/geometric_complexity.h"

namespace geometer::geometry {
namespace {

// The choices of the probe: output, method, input space, statistics.
Reading Measure(const SmallProblem& problem, const GeometricComplexityOptions& options,
                int64_t chunk_size = 5) {
  return MakeGeometricComplexityProbe(options)->Measure(problem.AsSubject(chunk_size), {});
}

double Mean(const SmallProblem& problem, const GeometricComplexityOptions& options) {
  return Measure(problem, options).measurements[0].value;
}

// GC O1: a ReLU network with ‖J‖² = 32, 8, 20, 0, and 6, 4, 2, 0 of its hidden layer; labels 0, 1,
// 2, 0.
SmallProblem WorkedExample() {
  const auto matrix = [](std::vector<double> values) {
    return at::tensor(values, at::kDouble).view({-1, 2});
  };
  return MakeBiasFree({matrix({1, -1, 2, 0}), matrix({1, 1, 0, -1, 3, 0})}, Activation::kRelu,
                      matrix({1, 0, 0.5, 1, -1, -2, -1, 0}));
}

TEST(ComplexityOutputsTest, OfAnEmbeddingEqualsTheWorkedExample) {
  const Reading reading = Measure(WorkedExample(), {.output = ComplexityOutput::kEmbedding});
  EXPECT_DOUBLE_EQ(Find(reading, "embedding_complexity").value, 3);
  EXPECT_DOUBLE_EQ(Find(reading, "embedding_complexity_max").value, 6);
}

TEST(ComplexityOutputsTest, OfEveryLayerEndsWithTheLogits) {
  const Reading reading = Measure(WorkedExample(), {.output = ComplexityOutput::kEveryLayer});
  EXPECT_DOUBLE_EQ(Find(reading, "layer_complexity", 0).value, 3);
  EXPECT_DOUBLE_EQ(Find(reading, "layer_complexity", 1).value, 15);
  EXPECT_DOUBLE_EQ(Find(reading, "layer_complexity_max", 1).value, 32);
}

TEST(ComplexityOutputsTest, OfEveryLayerOfAConvolutionalNetworkHasFiveAndTheLogits) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  GeometricComplexityOptions options{.output = ComplexityOutput::kEveryLayer};
  options.norms.draws = 2;
  const Reading reading = Measure(problem, options);
  EXPECT_NEAR(Find(reading, "layer_complexity", 5).value, Mean(problem, {}), 1e-10);
  EXPECT_NEAR(Find(reading, "layer_complexity", 4).value,
              Mean(problem, {.output = ComplexityOutput::kEmbedding}), 1e-10);
}

TEST(ComplexityOutputsTest, DescribesTheDistribution) {
  const Reading reading = Measure(
      WorkedExample(), {.quantiles = {0.25, 1}, .by_class = true, .by_example = true}, /*chunk=*/3);
  EXPECT_DOUBLE_EQ(Find(reading, "example_geometric_complexity", 0).value, 32);
  EXPECT_DOUBLE_EQ(Find(reading, "example_geometric_complexity", 2).value, 20);
  EXPECT_DOUBLE_EQ(Find(reading, "geometric_complexity_median").value, 14);
  EXPECT_DOUBLE_EQ(Find(reading, "geometric_complexity_max").value, 32);
  EXPECT_DOUBLE_EQ(Find(reading, "geometric_complexity_quantile", 0).value, 6);
  EXPECT_DOUBLE_EQ(Find(reading, "geometric_complexity_quantile", 1).value, 32);
  EXPECT_DOUBLE_EQ(Find(reading, "class_geometric_complexity", 0).value, 16);
  EXPECT_DOUBLE_EQ(*Find(reading, "class_geometric_complexity", 0).standard_error, 16);
  EXPECT_DOUBLE_EQ(Find(reading, "class_geometric_complexity", 2).value, 20);
}

TEST(ComplexityOutputsTest, AClassWithoutAnExampleHasNone) {
  SmallProblem problem = WorkedExample();
  problem.examples.targets.fill_(1);
  const Reading reading = Measure(problem, {.by_class = true});
  EXPECT_TRUE(std::isnan(Find(reading, "class_geometric_complexity", 0).value));
  EXPECT_DOUBLE_EQ(Find(reading, "class_geometric_complexity", 1).value, 15);
}

// GC t22
TEST(ComplexityOutputsTest, ProbabilitiesHaveAtMostAQuarterAndCentredLogitsAtMostAll) {
  for (const double scale : {0.1, 1.0, 10.0}) {
    const SmallProblem problem = MakeSmallProblem();
    problem.network.params[4].detach().mul_(scale);
    const double logits = Mean(problem, {});
    EXPECT_LE(Mean(problem, {.output = ComplexityOutput::kProbabilities}), logits / 4);
    EXPECT_LE(Mean(problem, {.output = ComplexityOutput::kCentredLogits}), logits);
  }
}

// GC t22: opposite logits reach both bounds where both are 0, so that p = ½.
TEST(ComplexityOutputsTest, OppositeLogitsAtEvenOddsReachBothBounds) {
  const at::Tensor w = Noise({1, 3}, "w");
  const SmallProblem problem =
      MakeBiasFree({at::cat({w, -w})}, Activation::kRelu, at::zeros({4, 3}, at::kDouble));
  const double logits = Mean(problem, {});
  EXPECT_NEAR(Mean(problem, {.output = ComplexityOutput::kProbabilities}) / logits, 0.25, 1e-14);
  EXPECT_NEAR(Mean(problem, {.output = ComplexityOutput::kCentredLogits}) / logits, 1, 1e-14);
}

// GC 2.6: f → f + u(x)·1 changes no prediction.
TEST(ComplexityOutputsTest, ThatOfCentredLogitsDoesNotSeeASharedShift) {
  const SmallProblem problem = MakeSmallProblem();
  const GeometricComplexityOptions centred{.output = ComplexityOutput::kCentredLogits};
  const double before = Mean(problem, centred), logits = Mean(problem, {});
  problem.network.params[4].detach().add_(2);
  EXPECT_NEAR(Mean(problem, centred) / before, 1, 1e-12);
  EXPECT_GT(Mean(problem, {}), logits);
}

// GC t03
TEST(ComplexityOutputsTest, RowsAndColumnsAgree) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  GeometricComplexityOptions options;
  options.norms.method = JacobianMethod::kColumns;
  EXPECT_NEAR(Mean(problem, options) / Mean(problem, {}), 1, 1e-10);
}

// GC t02, GC t03: a first layer narrower and wider than the input, and none but it.
TEST(ComplexityOutputsTest, TheClosedFormOfDenseLayersEqualsTheirRows) {
  for (const std::vector<int64_t>& hidden : {{3, 6}, {7, 6, 4}, std::vector<int64_t>{}}) {
    MlpOptions mlp = SmallMlp();
    mlp.hidden = hidden;
    mlp.bias = hidden.size() != 2;
    const SmallProblem problem = MakeSmallProblem(at::kDouble, mlp);
    GeometricComplexityOptions rows;
    rows.norms.method = JacobianMethod::kRows;
    const Reading closed = Measure(problem, {}), products = Measure(problem, rows);
    for (const Measurement& m : products.measurements) {
      EXPECT_NEAR(Find(closed, m.quantity).value / m.value, 1, 1e-12) << m.quantity;
    }
  }
}

TEST(ComplexityOutputsTest, EstimatesLieWithinTheirErrorOfTheExactValue) {
  MlpOptions wide = SmallMlp();
  wide.inputs = 20;
  const SmallProblem problem = MakeSmallProblem(at::kDouble, wide);
  for (int method = 2; method <= 6; ++method) {
    const Measurement estimate =
        Measure(problem, {.norms = {static_cast<JacobianMethod>(method), 50}}).measurements[0];
    EXPECT_NEAR(estimate.value, Mean(problem, {}), 3 * *estimate.standard_error) << method;
  }
}

TEST(ComplexityOutputsTest, AnEstimateHasNoMedianAndNoMaximum) {
  const Reading reading =
      Measure(MakeSmallProblem(), {.norms = {JacobianMethod::kSphere, 2}, .quantiles = {0.5}});
  EXPECT_EQ(reading.measurements.size(), 1);
}

TEST(ComplexityOutputsTest, DoesNotDependOnTheChunkSize) {
  const SmallProblem problem = MakeSmallProblem();
  for (int method = 1; method <= 6; ++method) {
    const GeometricComplexityOptions options{.output = ComplexityOutput::kEmbedding,
                                             .norms = {static_cast<JacobianMethod>(method), 3}};
    const double whole = Measure(problem, options, 12).measurements[0].value;
    for (const int64_t size : {1, 5, 11}) {
      EXPECT_NEAR(Measure(problem, options, size).measurements[0].value / whole, 1, 1e-12);
    }
  }
}

// GC t24: the first convolution takes the factors in, so that it sees u itself.
TEST(ComplexityOutputsTest, InUnitPixelsIsThatOfTheNetworkOfUnitPixels) {
  SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  Subject subject = problem.AsSubject(5);
  subject.normalization.deviation = {0.25, 0.5, 0.2};
  const Reading unit =
      MakeGeometricComplexityProbe({.space = InputSpace::kUnit})->Measure(subject, {});
  const at::Tensor scale = at::tensor({0.25, 0.5, 0.2}, at::kDouble).view({3, 1, 1});
  problem.network.params[0] = problem.network.params[0].detach() / scale;
  problem.examples.inputs = problem.examples.inputs * scale;
  EXPECT_NEAR(unit.measurements[0].value / Mean(problem, {}), 1, 1e-10);
  EXPECT_DOUBLE_EQ(Find(unit, "input_factor", 2).value, 5);
}

// The same for a table, whose columns have a deviation each.
TEST(ComplexityOutputsTest, InUnitsOfColumnsIsThatOfTheNetworkOfThoseUnits) {
  SmallProblem problem = MakeSmallProblem();
  Subject subject = problem.AsSubject(5);
  subject.normalization.deviation = {0.25, 0.5, 0.2, 4, 1};
  const Reading unit =
      MakeGeometricComplexityProbe({.space = InputSpace::kUnit})->Measure(subject, {});
  const at::Tensor scale = at::tensor({0.25, 0.5, 0.2, 4.0, 1.0}, at::kDouble);
  problem.network.params[0] = problem.network.params[0].detach() / scale;
  problem.examples.inputs = problem.examples.inputs * scale;
  EXPECT_NEAR(unit.measurements[0].value / Mean(problem, {}), 1, 1e-10);
}

// GC t24, GC 8.3
TEST(ComplexityOutputsTest, InRawPixelsIsSmallerByTheSquareOfTheirUnit) {
  const SmallProblem problem = MakeSmallProblem();
  Subject subject = problem.AsSubject(5);
  subject.normalization = {{0.5}, {0.25}, /*maximum=*/255};
  const auto complexity = [&](InputSpace space) {
    return MakeGeometricComplexityProbe({.space = space})->Measure(subject, {}).measurements[0];
  };
  const double unit = complexity(InputSpace::kUnit).value;
  EXPECT_NEAR(unit / complexity(InputSpace::kNormalised).value, 16, 1e-11);
  EXPECT_NEAR(unit / complexity(InputSpace::kRaw).value, 255 * 255, 1e-7);
}

// GC t25: the mean over disjoint halves is that of the whole.
TEST(ComplexityOutputsTest, OfPartsOfTheSampleHasThatOfTheWholeAsItsMean) {
  SmallProblem problem = MakeSmallProblem();
  const double whole = Mean(problem, {});
  const Examples all = problem.examples;
  double sum = 0;
  for (int64_t begin = 0; begin < 12; begin += 4) {
    problem.examples = all.Slice(begin, begin + 4);
    sum += Mean(problem, {});
  }
  EXPECT_NEAR(sum / 3 / whole, 1, 1e-12);
}

}  // namespace
}  // namespace geometer::geometry
