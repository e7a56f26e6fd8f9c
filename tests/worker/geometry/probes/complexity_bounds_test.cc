#include "worker/geometry/probes/complexity_bounds.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/diag.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/probes/dense_chain.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr int kNetworks = 200;
constexpr Activation kActivations[] = {Activation::kRelu, Activation::kTanh,     Activation::kGelu,
                                       Activation::kSilu, Activation::kSoftplus, Activation::kSine};

// The number-th of many random networks: 1 to 4 layers, widths 1 to 8, every activation.
SmallProblem RandomMlp(int number) {
  const auto generator = MakeGenerator(3, "network", number);
  const auto draw = [&](int64_t least, int64_t most) {
    return at::empty({}, at::kLong).random_(least, most + 1, generator).item<int64_t>();
  };
  MlpOptions options{.inputs = draw(1, 8), .hidden = {}, .outputs = draw(1, 5)};
  for (int64_t hidden = draw(0, 3); hidden > 0; --hidden) options.hidden.push_back(draw(1, 8));
  options.activation = kActivations[number % std::size(kActivations)];
  options.bias = number % 3 > 0;
  options.scale = 2;
  SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  const Variables variables = problem.model->Initialize(number, at::kDouble);
  problem.network.params = variables.parameters;
  problem.examples.inputs = Noise({2, options.inputs}, std::to_string(number));
  problem.examples.targets = at::arange(2, at::kLong).remainder(options.outputs);
  return problem;
}

Reading Measure(const SmallProblem& problem, int64_t chunk_size = 12) {
  return MakeComplexityBoundsProbe({})->Measure(problem.AsSubject(chunk_size), {});
}

double Value(const Reading& reading, const std::string& quantity) {
  return Find(reading, quantity).value;
}

// |∂scalar/∂tensors|².
double SquaredSlope(const at::Tensor& scalar, at::TensorList tensors) {
  return SquaredNorm(Gradient(scalar, tensors)).item<double>();
}

// GC t05: T1, T1b and T2, the larger side never below the smaller one.
TEST(ComplexityBoundsTest, NormsBoundTheComplexityOfEveryMlp) {
  for (int number = 0; number < kNetworks; ++number) {
    const Reading reading = Measure(RandomMlp(number));
    const double complexity = Value(reading, "geometric_complexity") * (1 - 1e-9);
    EXPECT_LE(complexity, Value(reading, "spectral_bound")) << number;
    EXPECT_LE(complexity, Value(reading, "mixed_bound")) << number;
    EXPECT_LE(complexity, Value(reading, "frobenius_bound")) << number;
    EXPECT_LE(Value(reading, "mixed_bound"), Value(reading, "frobenius_bound") * (1 + 1e-9));
    EXPECT_LE(Value(reading, "frobenius_bound"),
              Value(reading, "parameter_norm_bound") * (1 + 1e-9));
  }
}

// GC t05, oracle O1: r = 2, ‖W₁‖₂² = 5.236068, ‖W₂‖₂² = 10.123106, ‖W₁‖_F² = 6, ‖W₂‖_F² = 12;
// GC = 15.
TEST(ComplexityBoundsTest, OfASmallReluNetwork) {
  const at::Tensor w1 = at::tensor({1.0, -1.0, 2.0, 0.0}, at::kDouble).view({2, 2});
  const at::Tensor w2 = at::tensor({1.0, 1.0, 0.0, -1.0, 3.0, 0.0}, at::kDouble).view({3, 2});
  const at::Tensor x = at::tensor({1.0, 0.0, 0.5, 1.0, -1.0, -2.0, -1.0, 0.0}, at::kDouble);
  const Reading reading = Measure(MakeBiasFree({w1, w2}, Activation::kRelu, x.view({4, 2})));
  EXPECT_DOUBLE_EQ(Value(reading, "geometric_complexity"), 15);
  EXPECT_NEAR(Value(reading, "spectral_bound"), 2 * 5.236068 * 10.123106, 1e-4);
  EXPECT_NEAR(Value(reading, "mixed_bound"), 6 * 10.123106, 1e-5);
  EXPECT_NEAR(Value(reading, "frobenius_bound"), 72, 1e-12);
  EXPECT_NEAR(Value(reading, "parameter_norm_bound"), 81, 1e-12);
  EXPECT_NEAR(Value(reading, "spectral_slack"), 106.0 / 15, 0.01);
}

// GC t05: one layer with equal singular values reaches T1 and T1b.
TEST(ComplexityBoundsTest, AnOrthogonalLayerReachesTheSpectralBound) {
  const at::Tensor rotation = std::get<0>(at::linalg_qr(Noise({4, 4}, "rotation")));
  const Reading reading =
      Measure(MakeBiasFree({3 * rotation}, Activation::kRelu, Noise({2, 4}, "inputs")));
  EXPECT_NEAR(Value(reading, "spectral_slack"), 1, 1e-12);
  EXPECT_NEAR(Value(reading, "mixed_slack"), 1, 1e-12);
}

// GC t05: so do two such layers around a narrow middle, whose width is the rank.
TEST(ComplexityBoundsTest, ANarrowMiddleReachesTheSpectralBoundOfItsWidth) {
  const at::Tensor rotation = std::get<0>(at::linalg_qr(Noise({4, 4}, "rotation")));
  const at::Tensor w = rotation.slice(0, 0, 2), x = w.sum(0, /*keepdim=*/true);  // w·x = (1, 1)
  const Reading reading = Measure(MakeBiasFree({w, 3 * w.t()}, Activation::kRelu, x));
  EXPECT_NEAR(Value(reading, "spectral_slack"), 1, 1e-12);
  EXPECT_NEAR(Value(reading, "mixed_slack"), 1, 1e-12);
}

// GC t05: one unit where its activation is steepest reaches all bounds: each needs the square of
// the Lipschitz constant, which is above 1 for GELU and SiLU.
TEST(ComplexityBoundsTest, AUnitAtItsSteepestReachesEveryBound) {
  const struct {
    Activation activation;
    double steepest;
  } units[] = {{Activation::kRelu, 1},
               {Activation::kTanh, 0},
               {Activation::kGelu, std::sqrt(2)},
               {Activation::kSilu, 2.39935727},
               {Activation::kSoftplus, 40},
               {Activation::kSine, 0}};
  const at::Tensor one = at::ones({1, 1}, at::kDouble);
  for (const auto& unit : units) {
    const Reading reading = Measure(MakeBiasFree({one, one}, unit.activation, unit.steepest * one));
    for (const char* bound : {"spectral", "mixed", "frobenius", "parameter_norm"}) {
      EXPECT_NEAR(Value(reading, std::string(bound) + "_slack"), 1, 1e-12) << bound;
    }
  }
}

// GC t06: T3, example by example.
TEST(ComplexityBoundsTest, InputGradientsTransferToParameterGradients) {
  for (int number = 0; number < kNetworks; ++number) {
    const SmallProblem problem = RandomMlp(number);
    const TransferTerms terms =
        TransferTermsOf(DenseChainOf(problem.network), problem.examples.inputs);
    const at::Tensor left = terms.jacobian * terms.tau;
    EXPECT_TRUE(left.le(terms.gradient * (1 + 1e-9)).all().item<bool>()) << number;
  }
}

// GC t06: T3′, for the loss of one example.
TEST(ComplexityBoundsTest, TheLossTransfersToo) {
  for (int number = 0; number < kNetworks; ++number) {
    const SmallProblem problem = RandomMlp(number);
    const Network network = Detached(problem.network, /*track=*/true);
    const Examples one = problem.examples.Slice(0, 1);
    const at::Tensor inputs = one.inputs.clone().requires_grad_();
    const at::Tensor loss =
        Evaluate(network, *problem.objective, {inputs, one.targets}, Mode::kEvaluation).loss;
    const double tau = TransferTermsOf(DenseChainOf(network), inputs).tau.item<double>();
    const double left = SquaredSlope(loss, {inputs}) * tau;
    EXPECT_LE(left, SquaredSlope(loss, network.params) * (1 + 1e-9) + 1e-18) << number;
  }
}

// GC t06: one layer with one output reaches T3.
TEST(ComplexityBoundsTest, OneLayerWithOneOutputReachesTheTransferInequality) {
  MlpOptions options{.inputs = 4, .hidden = {}, .outputs = 1};
  const Reading reading = Measure(MakeSmallProblem(at::kDouble, options));
  EXPECT_NEAR(Value(reading, "transfer_slack"), 1, 1e-12);
  EXPECT_NEAR(Value(reading, "transfer_left") / Value(reading, "transfer_right"), 1, 1e-12);
}

// Both closed forms against automatic differentiation.
TEST(ComplexityBoundsTest, TransferTermsEqualAutomaticDerivatives) {
  for (int number = 0; number < 12; ++number) {
    const SmallProblem problem = RandomMlp(number);
    const Network network = Detached(problem.network, /*track=*/true);
    const at::Tensor x = problem.examples.inputs.slice(0, 0, 1).clone().requires_grad_();
    const at::Tensor output = network.Forward(x, Mode::kEvaluation).output;
    const TransferTerms terms = TransferTermsOf(DenseChainOf(network), x);
    double jacobian = 0, gradient = 0;
    for (const at::Tensor& logit : output[0].unbind()) {
      jacobian += SquaredSlope(logit, {x});
      gradient += SquaredSlope(logit, network.params);
    }
    EXPECT_NEAR(terms.jacobian.item<double>(), jacobian, 1e-10 * jacobian) << number;
    EXPECT_NEAR(terms.gradient.item<double>(), gradient, 1e-10 * gradient) << number;
  }
}

// GC t07: why T3 is for dense chains only. A circular convolution over six places (kernel 0, 1, 0,
// the identity map), read out by v = (1, −1, 1, −1, 1, −1), on a constant input: the gradient of
// kernel and bias sums v over places and vanishes, and T3's left side is 7 times its right side.
TEST(ComplexityBoundsTest, TheTransferInequalityIsFalseForSharedWeights) {
  const at::Tensor x = at::ones({6}, at::kDouble),
                   v = 1 - 2 * at::arange(6, at::kDouble).remainder(2);
  at::Tensor kernel = at::tensor({0.0, 1.0, 0.0}, at::kDouble).requires_grad_();
  at::Tensor bias = at::zeros({1}, at::kDouble).requires_grad_();
  at::Tensor readout = v.clone().requires_grad_();
  const at::Tensor input = x.clone().requires_grad_();
  const at::Tensor z =
      kernel[0] * input.roll(1) + kernel[1] * input + kernel[2] * input.roll(-1) + bias;
  const at::Tensor output = readout.dot(z);
  const double tau = (1 + 6) / 1.0 + (1 + 6) / 6.0;  // ‖W₁‖₂ = 1, ‖v‖² = 6, |x|² = |z|² = 6
  const double right = SquaredSlope(output, {kernel, bias, readout}) + 1;  // 1: the readout's bias
  EXPECT_NEAR(SquaredSlope(output, {input}) * tau / right, 7, 1e-12);
}

// Weights of a deep linear network: biases keep every ReLU on.
SmallProblem DeepLinear(const Tensors& weights) {
  SmallProblem problem = MakeBiasFree(weights, Activation::kRelu, 0.1 * Noise({3, 4}, "inputs"));
  MlpOptions options{.inputs = 4, .hidden = {5, 5}, .outputs = 4};
  problem.model = MakeMlp(options);
  problem.network.model = problem.model.get();
  problem.network.params = {weights[0], at::full({5}, 1e3, at::kDouble),
                            weights[1], at::full({5}, 1e5, at::kDouble),
                            weights[2], at::zeros({4}, at::kDouble)};
  return problem;
}

// GC t11: T2c, (1/L) Σ‖W_l‖_F² ≥ Σ s_i^(2/L) while GC = Σ s_i², L = 3.
TEST(ComplexityBoundsTest, DeepLinearWeightsBoundASchattenNorm) {
  for (int i = 0; i < 20; ++i) {
    const std::string stream = std::to_string(i);
    const Tensors w = {Noise({5, 4}, "1." + stream), Noise({5, 5}, "2." + stream),
                       Noise({4, 5}, "3." + stream)};
    const Reading reading = Measure(DeepLinear(w));
    const at::Tensor s = at::linalg_svdvals(w[2].matmul(w[1]).matmul(w[0]));
    const double squares = s.square().sum().item<double>();
    EXPECT_NEAR(Value(reading, "geometric_complexity"), squares, 1e-9 * squares);
    const double mean = std::cbrt(Value(reading, "parameter_norm_bound"));
    EXPECT_GE(mean, s.pow(2.0 / 3).sum().item<double>());
  }
}

// GC t11: equality for factors that share the singular values evenly.
TEST(ComplexityBoundsTest, BalancedDeepLinearWeightsReachTheSchattenNorm) {
  const at::Tensor s = at::tensor({8.0, 1.0, 0.125, 0.0}, at::kDouble);
  const at::Tensor root = at::diag(s.pow(1.0 / 3));
  const at::Tensor in = at::constant_pad_nd(root, {0, 0, 0, 1});   // [5, 4]
  const at::Tensor mid = at::constant_pad_nd(root, {0, 1, 0, 1});  // [5, 5]
  const Reading reading = Measure(DeepLinear({in, mid, in.t()}));
  EXPECT_NEAR(std::cbrt(Value(reading, "parameter_norm_bound")), 4 + 1 + 0.25, 1e-12);
  EXPECT_NEAR(Value(reading, "geometric_complexity"), 64 + 1 + 1.0 / 64, 1e-9);
}

// The fraction of samples of 100 draws from {0, 100} whose mean misses the law's, 50, by more than
// `slack`.
double FailureRate(double slack) {
  const at::Tensor fair = at::full({20000, 100}, 50.0 / 100, at::kDouble);
  const at::Tensor means = 100 * at::bernoulli(fair, MakeGenerator(1, "two points")).mean(1);
  return (50 - means).gt(slack).to(at::kDouble).mean().item<double>();
}

// GC t18: ‖J‖² is 0 or 100, L = 10, m = 100, δ = 0.1. T8 fails in at most δ/2 of the samples; with
// L for L², as the paper prints it, it fails in 38 %.
TEST(ComplexityBoundsTest, TheSamplingSlackNeedsTheSquareOfTheLipschitzConstant) {
  const double slack = SamplingSlack(1, 10, 100, 0.1);
  EXPECT_NEAR(slack, 100 * std::sqrt(std::log(20) / 200), 1e-12);
  EXPECT_LE(FailureRate(slack), 0.05);
  EXPECT_NEAR(FailureRate(slack / 10), 0.38, 4 * std::sqrt(0.38 * 0.62 / 20000) + 0.005);
}

// GC t18: min(d, K)·L² from the sample of 12 examples, f the linear map 3x of the plane.
TEST(ComplexityBoundsTest, ThePopulationBoundAddsTheSlack) {
  const at::Tensor w = at::tensor({3.0, 0.0, 0.0, 3.0}, at::kDouble).view({2, 2});
  const Reading reading = Measure(MakeBiasFree({w}, Activation::kRelu, Noise({12, 2}, "inputs")));
  const double slack = 2 * 9 * std::sqrt(std::log(40) / 24);
  EXPECT_NEAR(Value(reading, "population_bound"), 18 + slack, 1e-12);
}

TEST(ComplexityBoundsTest, DoesNotDependOnTheChunkSize) {
  const SmallProblem problem = MakeSmallProblem();
  const Reading whole = Measure(problem), parts = Measure(problem, 5);
  for (size_t i = 0; i < whole.measurements.size(); ++i) {
    const double value = whole.measurements[i].value;
    EXPECT_NEAR(parts.measurements[i].value, value, 1e-12 * value);
  }
}

TEST(ComplexityBoundsTest, GivesNanAfterDivergence) {
  const SmallProblem problem = MakeSmallProblem(at::kFloat);
  problem.network.params[0].detach().fill_(std::numeric_limits<float>::quiet_NaN());
  for (const Measurement& m : Measure(problem).measurements) EXPECT_TRUE(std::isnan(m.value));
}

TEST(ComplexityBoundsTest, OfADeadNetworkHasInfiniteSlack) {
  const SmallProblem problem = MakeSmallProblem();
  problem.network.params[4].detach().zero_();
  const Reading reading = Measure(problem);
  EXPECT_EQ(Value(reading, "geometric_complexity"), 0);
  EXPECT_TRUE(std::isinf(Value(reading, "spectral_slack")));
  EXPECT_TRUE(std::isinf(Value(reading, "transfer_slack")));
}

TEST(ComplexityBoundsTest, RefusesAnotherArchitecture) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/false);
  EXPECT_THROW(Measure(problem), c10::Error);
}

// On a fine grid, by differences.
TEST(LipschitzConstantTest, IsTheLargestSlope) {
  const at::Tensor x = at::arange(-120000, 120000, at::kDouble) * 1e-4;
  for (const Activation activation : kActivations) {
    const double slope = (Activate(activation, x).diff().abs().max() / 1e-4).item<double>();
    EXPECT_NEAR(slope, LipschitzConstant(activation), 1e-3);
    EXPECT_LE(slope, LipschitzConstant(activation) + 1e-9);
  }
}

}  // namespace
}  // namespace geometer::geometry
