#include "worker/geometry/objectives/morse.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/objectives/cross_entropy.h"

namespace geometer::geometry {
namespace {

const at::Tensor kOrigin = at::zeros({1, 1}, at::kDouble);

at::Tensor Labels(const std::vector<int64_t>& labels) { return at::tensor(labels, at::kLong); }

// MG I.1.4, I.1.8: gaussian λ = 2: −log μ = r². By hand for a pair of data and noise.
TEST(MorseTest, IsTheMeanOfBothTerms) {
  const auto one =
      MakeMorse({.kernel = {MorseKernelKind::kGaussian, 2}, .targets = kOrigin, .noise_weight = 3});
  const at::Tensor output = at::tensor({0.5, 1.0}, at::kDouble).view({2, 1});
  EXPECT_DOUBLE_EQ(one->Loss(output, Labels({7, kReferenceLabel})).item<double>(),
                   0.25 + 3 * std::exp(-1));
  EXPECT_DOUBLE_EQ(one->Loss(output, Labels({7, 2})).item<double>(), (0.25 + 1) / 2);
  // Two classes, targets ±: the noise term sums over them.
  const auto two = MakeMorse({.kernel = {MorseKernelKind::kGaussian, 2},
                              .targets = at::tensor({0.0, 1.0}, at::kDouble).view({2, 1})});
  EXPECT_DOUBLE_EQ(two->Loss(output, Labels({1, kReferenceLabel})).item<double>(),
                   0.25 + std::exp(-1) + 1);
}

TEST(MorseTest, UnequalNumbersAreRefused) {
  const auto morse = MakeMorse({.targets = kOrigin});
  EXPECT_THROW(morse->PerExample(Noise({3, 1}, "z"), Labels({0, 0, kReferenceLabel})), c10::Error);
}

// MG I-T5: over all values m of μ at a place, −p·log m + c·q·m is least at min(1, p/(c·q)); here p
// and q are two Gaussians' densities on a grid.
TEST(MorseTest, ItsMinimumIsTheTruncatedRatioOfDensities) {
  const at::Tensor x = at::linspace(-3, 3, 13, at::kDouble);
  const at::Tensor p = (-(x - 1).square() * 2).exp(), q = (-x.square() / 4).exp();
  const at::Tensor m = at::linspace(2e-4, 1, 5000, at::kDouble);
  for (const double c : {0.25, 1.0, 4.0}) {
    // μ = m exactly where r² = −log m, with λ = 2.
    const auto morse = MakeMorse(
        {.kernel = {MorseKernelKind::kGaussian, 2}, .targets = kOrigin, .noise_weight = c});
    const at::Tensor z = (-m.log()).sqrt().unsqueeze(1);
    const at::Tensor data = at::stack({z, z}, 1).flatten(0, 1);
    const at::Tensor labels = at::tensor({int64_t{0}, kReferenceLabel}, at::kLong).repeat({5000});
    const at::Tensor terms = morse->PerExample(data, labels).view({5000, 2}) / 2;
    for (int64_t i = 0; i < x.size(0); ++i) {
      const double density = p[i].item<double>(), noise = q[i].item<double>();
      const at::Tensor loss = density * terms.select(1, 0) + noise * terms.select(1, 1);
      EXPECT_NEAR(m[loss.argmin()].item<double>(), std::min(1.0, density / (c * noise)), 4e-4);
    }
  }
}

// MG I-T8: φ = w·x, a = 0 is stationary at w = 0, with the second derivative
// λ(E_p x² − c·E_q x²): a minimum for small c.
TEST(MorseTest, CollapseIsStationaryAndAMinimumForLittleNoise) {
  const at::Tensor data = Noise({40}, "data"), noise = 3 * Noise({40}, "noise");
  const at::Tensor x = at::stack({data, noise}, 1).flatten();
  const at::Tensor labels = at::tensor({int64_t{0}, kReferenceLabel}, at::kLong).repeat({40});
  for (const double c : {0.01, 0.05, 0.5}) {
    const auto morse = MakeMorse(
        {.kernel = {MorseKernelKind::kCauchy, 0.8}, .targets = kOrigin, .noise_weight = c});
    const at::Tensor w = at::zeros({}, at::kDouble).requires_grad_();
    const at::Tensor loss = morse->Loss((w * x).unsqueeze(1), labels);
    const at::Tensor slope = Gradient(loss, {w}, /*create_graph=*/true)[0];
    const double curvature = Gradient(slope, {w})[0].item<double>();
    const double predicted =
        2 * 0.8 * (data.square().mean() - c * noise.square().mean()).item<double>();
    EXPECT_EQ(slope.item<double>(), 0);
    EXPECT_NEAR(curvature, predicted, 1e-12);
  }
}

// MG I-T11: the posterior of laplace is IsoMax's softmax(−λ·distance).
TEST(MorseTest, ThePosteriorOfLaplaceIsIsoMax) {
  const at::Tensor z = Noise({9, 3}, "z");
  const auto morse =
      MakeMorse({.kernel = {MorseKernelKind::kLaplace, 10}, .targets = ClassTargets(3, 2)});
  const at::Tensor distance = SquaredDistances(z, ClassTargets(3, 2)).sqrt();
  EXPECT_TRUE(
      at::allclose(morse->LogDensities(z)->softmax(1), (-10 * distance).softmax(1), 0, 1e-12));
}

// Expects two losses and their gradients in `variable` to be equal.
void ExpectEqual(const at::Tensor& loss, const at::Tensor& other, const at::Tensor& variable) {
  EXPECT_NEAR(loss.item<double>(), other.item<double>(), 1e-12);
  EXPECT_TRUE(
      at::allclose(Gradient(loss, {variable})[0], Gradient(other, {variable})[0], 0, 1e-12));
}

// MG I.1.10, unnormalised Gaussian: φ(x) = x.
TEST(MorseTest, OfTheIdentityIsAnUnnormalisedGaussian) {
  const at::Tensor x = Noise({8, 3}, "x"), centre = Noise({1, 3}, "centre");
  const auto morse = MakeMorse({.kernel = {MorseKernelKind::kGaussian, 0.7}, .targets = centre});
  EXPECT_TRUE(at::allclose(morse->LogDensities(x)->exp().select(1, 0),
                           (-0.35 * (x - centre).square().sum(1)).exp(), 0, 1e-14));
}

// MG I.1.10, Deep SVDD: gaussian of λ = 2 without noise is E|φ(x) − c|².
TEST(MorseTest, WithoutNoiseIsDeepSvdd) {
  const at::Tensor x = Noise({8, 3}, "x"), centre = Noise({1, 2}, "centre");
  const at::Tensor weights = Noise({3, 2}, "weights").requires_grad_();
  const at::Tensor z = x.mm(weights).tanh();
  const auto morse =
      MakeMorse({.kernel = {MorseKernelKind::kGaussian, 2}, .targets = centre, .noise_weight = 0});
  ExpectEqual(morse->Loss(z, at::zeros({8}, at::kLong)), (z - centre).square().sum(1).mean(),
              weights);
}

// MG I.1.10, entropic out-of-distribution: cross-entropy of softmax(−λ·distance).
TEST(MorseTest, TheLossOfTheLaplacePosteriorIsIsoMax) {
  const at::Tensor z = Noise({9, 3}, "z").requires_grad_();
  const at::Tensor targets = ClassTargets(3, 2);
  const auto morse = MakeMorse({.kernel = {MorseKernelKind::kLaplace, 10},
                                .targets = targets,
                                .loss = MorseLoss::kPosterior});
  const at::Tensor labels = Labels({0, 1, 2, 0, 1, 2, 2, 2, 1});
  const at::Tensor logits = -10 * SquaredDistances(z, targets).sqrt();
  ExpectEqual(morse->Loss(z, labels), MakeCrossEntropy()->Loss(logits, labels), z);
}

TEST(MorseTest, OnlyDensitiesOfClassesPredictLabels) {
  EXPECT_FALSE(MakeMorse({.targets = kOrigin})->PredictsLabels());
  EXPECT_TRUE(MakeMorse({.targets = ClassTargets(3, 1)})->PredictsLabels());
}

}  // namespace
}  // namespace geometer::geometry
