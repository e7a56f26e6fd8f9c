#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "worker/geometry/autograd.h"
#include "worker/geometry/games/dirac_gan.h"
#include "worker/geometry/games/drift.h"
#include "worker/geometry/games/gan.h"
#include "worker/geometry/games/linear.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/point.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

Profile Points(double phi, double theta) {
  return {Tensors{at::tensor({phi}, at::kDouble).unsqueeze(1)},
          Tensors{at::tensor({theta}, at::kDouble).unsqueeze(1)}};
}

double OwnGradient(const Game& game, size_t player, const Profile& at) {
  const Profile leaves = Leaves(at);
  return Gradient(game.Loss(player, leaves, {}, Mode::kTraining), leaves[player])[0].item<double>();
}

double TermOf(const Game& game, size_t player, GameTerm term, const Profile& at) {
  return TermGradient(game, player, term, at, {}, {}, Mode::kTraining)[0].item<double>();
}

// MG J.1.8: f = −εφ + θ, g = −φ − εθ.
TEST(LinearGameTest, FieldIsADampedRotation) {
  const auto game = MakeLinearGame(0.2);
  const Profile at = Points(0.08, -0.05);
  EXPECT_NEAR(-OwnGradient(*game, 0, at), -0.2 * 0.08 - 0.05, 1e-15);
  EXPECT_NEAR(-OwnGradient(*game, 1, at), -0.08 + 0.2 * 0.05, 1e-15);
}

// MG J-T11 in the signs of J.1.8: with p = φ, t = θ and l' at pt, the field is (l' t, −l' p); the
// terms are those of the list there.
TEST(DiracGanTest, GradientsAndTermsInClosedForm) {
  const auto game = MakeDiracGan();
  for (const auto& [p, t] : {std::pair{1.0, 1.0}, {0.7, -1.3}, {-2.0, 0.4}}) {
    const Profile at = Points(p, t);
    const double d1 = 1 / (1 + std::exp(-p * t)), d2 = d1 * (1 - d1);
    EXPECT_NEAR(OwnGradient(*game, 0, at), -d1 * t, 1e-10);
    EXPECT_NEAR(OwnGradient(*game, 1, at), d1 * p, 1e-10);
    EXPECT_NEAR(TermOf(*game, 0, GameTerm::kSelfNorm, at), t * t * t * d1 * d2, 1e-10);
    EXPECT_NEAR(TermOf(*game, 1, GameTerm::kSelfNorm, at), p * p * p * d1 * d2, 1e-10);
    EXPECT_NEAR(TermOf(*game, 0, GameTerm::kOtherNorm, at), p * d1 * d1 + p * p * t * d1 * d2,
                1e-10);
    EXPECT_NEAR(TermOf(*game, 1, GameTerm::kOtherNorm, at), t * d1 * d1 + t * t * p * d1 * d2,
                1e-10);
  }
}

TEST(DiracGanTest, IsFiniteFarFromTheOrigin) {
  const auto game = MakeDiracGan();
  for (const double sign : {1.0, -1.0}) {
    EXPECT_TRUE(std::isfinite(OwnGradient(*game, 0, Points(1e4, sign * 1e4))));
  }
}

// A discriminator D(x) = w·x + b of pairs of numbers, and a generator of one point.
struct SmallGan {
  std::shared_ptr<const Model> discriminator = MakeMlp({.inputs = 2, .hidden = {}, .outputs = 1});
  std::shared_ptr<const Model> generator = MakePoint({0.3, -0.2});
  Profile at = {
      Tensors{at::tensor({0.5, -1.0}, at::kDouble).view({1, 2}), at::tensor({0.25}, at::kDouble)},
      Tensors{at::tensor({0.3, -0.2}, at::kDouble).view({2, 1})}};
  Deal deal = {{at::tensor({1.0, 2.0, -1.0, 0.5}, at::kDouble).view({2, 2}), {}},
               at::tensor({0.0, 0.0, 0.0}, at::kDouble).view({3, 1})};

  double Loss(size_t player, DiscriminatorLoss discriminator_loss, GeneratorLoss loss) const {
    return MakeGan({discriminator, generator, discriminator_loss, loss})
        ->Loss(player, at, deal, Mode::kTraining)
        .item<double>();
  }
};

double Softplus(double x) { return std::log1p(std::exp(x)); }
double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// MG J.2.1: D is 0.5 − 2 + 0.25 and −0.5 − 0.5 + 0.25 on the data, 0.15 + 0.2 + 0.25 on samples.
TEST(GanTest, LossesByHand) {
  const SmallGan gan;
  const double a = -1.25, b = -0.75, s = 0.6;
  const auto mean = [&](auto&& f) { return (f(a) + f(b)) / 2; };
  using enum DiscriminatorLoss;
  const auto expect = [&](DiscriminatorLoss loss, double on_data, double on_samples,
                          double samples_as_data) {
    EXPECT_NEAR(gan.Loss(0, loss, GeneratorLoss::kZeroSum), on_data + on_samples, 1e-12);
    EXPECT_NEAR(gan.Loss(1, loss, GeneratorLoss::kZeroSum), -on_samples, 1e-12);
    EXPECT_NEAR(gan.Loss(1, loss, GeneratorLoss::kNonSaturating), samples_as_data, 1e-12);
  };
  expect(kLogistic, mean([](double d) { return Softplus(-d); }), Softplus(s), Softplus(-s));
  expect(kSquares, mean([](double d) { return (d - 1) * (d - 1); }), s * s, (s - 1) * (s - 1));
  expect(kSigmoidSquares, mean([](double d) { return std::pow(Sigmoid(d) - 1, 2); }),
         std::pow(Sigmoid(s), 2), std::pow(Sigmoid(s) - 1, 2));
  expect(kWasserstein, mean([](double d) { return -d; }), s, -s);
}

// MG J.1.11: the term on data, which the generator's loss leaves out, changes no drift of it.
TEST(GanTest, ADriftTermOfTheGeneratorIsThatOfTheWholeZeroSumGame) {
  const SmallGan gan;
  const auto game = MakeGan({gan.discriminator, gan.generator});
  const Tensors interaction =
      TermGradient(*game, 1, GameTerm::kInteraction, gan.at, gan.deal, gan.deal, Mode::kTraining);
  const Tensors whole =
      TermGradient(*game, 1, GameTerm::kOtherNorm, gan.at, gan.deal, gan.deal, Mode::kTraining);
  // ∂L_2/∂φ lacks the data's share of −∂L_1/∂φ, which is constant in θ, so its derivative agrees.
  EXPECT_LT((interaction[0] + whole[0]).abs().max().item<double>(), 1e-12);
  EXPECT_GT(whole[0].norm().item<double>(), 0.01);
}

TEST(GanTest, SamplesHaveTheShapeOfInputs) {
  const auto generator = MakeMlp({.inputs = 3, .hidden = {}, .outputs = 8});
  const Variables start = generator->Initialize(0, at::kFloat);
  const at::Tensor latents = DrawLatents(5, 3, MakeGenerator(0, "latents"), at::kFloat);
  EXPECT_EQ(Generate(*generator, start.parameters, latents, {2, 2, 2}, Mode::kTraining).sizes(),
            (std::vector<int64_t>{5, 2, 2, 2}));
}

// Runs of both precisions see the same latents.
TEST(GanTest, LatentsAreDrawnInFloat64) {
  const at::Tensor exact = DrawLatents(7, 4, MakeGenerator(1, "latents"), at::kDouble);
  const at::Tensor rounded = DrawLatents(7, 4, MakeGenerator(1, "latents"), at::kFloat);
  EXPECT_TRUE(exact.to(at::kFloat).equal(rounded));
}

}  // namespace
}  // namespace geometer::geometry
