#include "worker/geometry/probes/gradient_statistics.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tests/worker/geometry/golden_problem.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

Reading Measure(const SmallProblem& problem, const GradientStatisticsOptions& options,
                int64_t chunk_size = 12) {
  return MakeGradientStatisticsProbe(options)->Measure(problem.AsSubject(chunk_size), {});
}

double Value(const Reading& reading, const std::string& quantity, int64_t index = 0) {
  return Find(reading, quantity, index).value;
}

bool Has(const Reading& reading, const std::string& quantity) {
  return std::ranges::any_of(reading.measurements,
                             [&](const Measurement& m) { return m.quantity == quantity; });
}

// The gradients of batches of `size` examples as rows, [N/size, m].
at::Tensor BatchGradients(const SmallProblem& problem, int64_t size) {
  Tensors rows;
  for (const Examples& batch : Chunks(problem.examples, size)) {
    const Evaluation here = Evaluate(problem.network, *problem.objective, batch, Mode::kEvaluation);
    rows.push_back(Flatten(Gradient(here.loss, problem.network.params)));
  }
  return at::stack(rows);
}

double Mean(const at::Tensor& values) { return values.mean().item<double>(); }

// The mean squared length of rows.
double MeanSquare(const at::Tensor& rows) { return Mean(rows.square().sum(1)); }

// GD T4: (1/m) Σ‖g_k‖² and ‖∇C‖² of the golden losses; g₁·g₂ and both norms from the vectors there.
TEST(GradientStatisticsTest, OfTheGoldenLosses) {
  const Reading reading = Measure(GoldenProblem(), {.batch_size = 1, .compared = 2});
  EXPECT_NEAR(Value(reading, "c_reg"), 2.3353758400392, 1e-12);
  EXPECT_NEAR(std::pow(Value(reading, "full_gradient_norm"), 2), 1.6984032103247, 1e-12);
  EXPECT_NEAR(Value(reading, "gradient_variance"), 2.3353758400392 - 1.6984032103247, 1e-12);
  const double first = std::hypot(1.5588446163529, -0.1836014008271, -0.2390287697152);
  const double second = std::hypot(1.2686834848546, -1.2088360707241, -0.4543043626662);
  EXPECT_NEAR(Value(reading, "batch_gradient_norm", 1), second, 1e-12);
  EXPECT_NEAR(Value(reading, "gradient_cosine_min"), 2.3082162290611 / (first * second), 1e-12);
}

// GD T4: C̃ of random shuffling at ε = 0.05, C + (ε/4)·C_reg, with C from the losses there.
TEST(GradientStatisticsTest, CRegGivesTheModifiedLossOfRandomShuffling) {
  const double loss = (1.1001663875225 + 0.1672261924655 - 0.5490466660381) / 3;
  const double c_reg = Value(Measure(GoldenProblem(), {.batch_size = 1}), "c_reg");
  EXPECT_NEAR(loss + 0.05 / 4 * c_reg, 0.2686408359838, 1e-12);
}

// GD T11: N = 6, B = 2: the mean of ‖g_B‖² over all 15 batches of two.
TEST(GradientStatisticsTest, TheExpectedCRegIsTheMeanOverAllCompositions) {
  SmallProblem problem = MakeSmallProblem();
  const Examples six = problem.examples.Slice(0, 6);
  problem.examples = six;
  const double expected = Value(Measure(problem, {.batch_size = 2}), "expected_c_reg");
  double sum = 0;
  for (int64_t i = 0; i < 6; ++i) {
    for (int64_t j = 0; j < i; ++j) {
      problem.examples = six.Select(at::tensor({i, j}, at::kLong));
      sum += Value(Measure(problem, {.batch_size = 2}), "c_reg");
    }
  }
  EXPECT_NEAR(expected, sum / 15, 1e-13 * expected);
}

// C_reg = ‖∇L‖² + the variance of the batches' gradients; Γ is that of batches of one.
TEST(GradientStatisticsTest, SquaresAreThatOfTheMeanPlusVariance) {
  const SmallProblem problem = MakeSmallProblem();
  for (const int64_t size : {1, 3, 12}) {
    const at::Tensor rows = BatchGradients(problem, size);
    const Reading reading = Measure(problem, {.batch_size = size});
    const double square = std::pow(Value(reading, "full_gradient_norm"), 2);
    EXPECT_NEAR(square, rows.mean(0).square().sum().item<double>(), 1e-13);
    EXPECT_NEAR(Value(reading, "c_reg"), square + MeanSquare(rows - rows.mean(0)), 1e-13);
    const at::Tensor single = BatchGradients(problem, 1);
    const double variance = MeanSquare(single - single.mean(0));
    EXPECT_NEAR(Value(reading, "gradient_variance"), variance, 1e-13);
    EXPECT_NEAR(Value(reading, "gradient_noise_trace"), variance * 12 / 11, 1e-13);
    EXPECT_NEAR(Value(reading, "example_gradient_square"), MeanSquare(single), 1e-13);
  }
}

TEST(GradientStatisticsTest, CosinesAreThoseOfAllPairs) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor rows = BatchGradients(problem, 3);
  const at::Tensor units = rows / rows.norm(2, 1, /*keepdim=*/true);
  const at::Tensor cosines = units.matmul(units.t());
  const Reading reading = Measure(problem, {.batch_size = 3, .compared = 4});
  EXPECT_NEAR(Value(reading, "gradient_cosine_min"), cosines.min().item<double>(), 1e-13);
  const double sum = cosines.sum().item<double>() - 4;
  EXPECT_NEAR(Value(reading, "gradient_cosine_mean"), sum / 12, 1e-13);
  EXPECT_EQ(Find(reading, "gradient_cosine_mean").samples, 6);
}

TEST(GradientStatisticsTest, ARemainderIsLeftOut) {
  SmallProblem problem = MakeSmallProblem();
  const Reading rest = Measure(problem, {.batch_size = 5});
  problem.examples = problem.examples.Slice(0, 10);
  const Reading even = Measure(problem, {.batch_size = 5});
  ASSERT_EQ(rest.measurements.size(), even.measurements.size());
  for (size_t i = 0; i < even.measurements.size(); ++i) {
    EXPECT_EQ(rest.measurements[i].value, even.measurements[i].value);
  }
}

TEST(GradientStatisticsTest, ASampleSmallerThanABatchIsOne) {
  const Reading reading = Measure(MakeSmallProblem(), {.batch_size = 100});
  EXPECT_NEAR(Value(reading, "c_reg"), std::pow(Value(reading, "full_gradient_norm"), 2), 1e-15);
  EXPECT_NEAR(Value(reading, "expected_c_reg"), Value(reading, "c_reg"), 1e-15);
  EXPECT_FALSE(Has(reading, "gradient_cosine_mean"));
}

// GC t06: T4 for every activation.
TEST(GradientStatisticsTest, InputGradientsBoundThoseOfBatchesFromBelow) {
  for (const Activation activation :
       {Activation::kRelu, Activation::kTanh, Activation::kGelu, Activation::kSilu,
        Activation::kSoftplus, Activation::kSine}) {
    const Reading reading =
        Measure(MakeSmallProblem(at::kDouble, SmallMlp(activation)), {.transfer = true});
    EXPECT_GT(Value(reading, "transfer_left"), 0);
    EXPECT_GE(Value(reading, "transfer_slack"), 1 - 1e-9);
  }
}

// GC t06: one layer with one output reaches T4, whose sides are the examples' squares over B.
TEST(GradientStatisticsTest, OneLayerWithOneOutputReachesTheTransferInequality) {
  SmallProblem problem = MakeSmallProblem(at::kDouble, {.inputs = 4, .hidden = {}, .outputs = 1});
  problem.objective = MakeMeanSquaredError();
  problem.examples.targets = Noise({12, 1}, "targets");
  const Reading reading = Measure(problem, {.batch_size = 3, .transfer = true});
  const double side = Value(reading, "example_gradient_square") / 3;
  EXPECT_NEAR(Value(reading, "transfer_left"), side, 1e-12 * side);
  EXPECT_NEAR(Value(reading, "transfer_right"), side, 1e-12 * side);
  EXPECT_NEAR(Value(reading, "transfer_slack"), 1, 1e-12);
}

TEST(GradientStatisticsTest, DoesNotDependOnTheChunkSize) {
  const SmallProblem problem = MakeSmallProblem();
  const GradientStatisticsOptions options{.batch_size = 4, .transfer = true};
  const Reading whole = Measure(problem, options), parts = Measure(problem, options, 3);
  for (size_t i = 0; i < whole.measurements.size(); ++i) {
    const double value = whole.measurements[i].value;
    EXPECT_NEAR(parts.measurements[i].value, value, 1e-12 * std::abs(value)) << i;
  }
}

TEST(GradientStatisticsTest, GivesNanAfterDivergence) {
  const SmallProblem problem = MakeSmallProblem(at::kFloat);
  problem.network.params[0].detach().fill_(std::numeric_limits<float>::quiet_NaN());
  const Reading reading = Measure(problem, {.batch_size = 4, .transfer = true});
  for (const Measurement& m : reading.measurements) EXPECT_TRUE(std::isnan(m.value)) << m.quantity;
}

}  // namespace
}  // namespace geometer::geometry
