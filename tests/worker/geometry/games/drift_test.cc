#include "worker/geometry/games/drift.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/games/function_game.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

Profile CoupledProfile() { return {Tensors{CoupledPhi()}, Tensors{CoupledTheta()}}; }

at::Tensor Term(const Game& game, size_t player, GameTerm term) {
  return TermGradient(game, player, term, CoupledProfile(), {}, {}, Mode::kTraining)[0];
}

// The coupled losses' gradient of player `of` in the parameters of `in`.
at::Tensor GradientOf(size_t of, size_t in, const at::Tensor& phi, const at::Tensor& theta) {
  const std::vector<at::Tensor> leaves = {phi.detach().requires_grad_(),
                                          theta.detach().requires_grad_()};
  return Gradient(CoupledLoss(of, leaves[0], leaves[1]), {leaves[in]})[0];
}

// The second factor of each term's product is held constant while the first is differentiated: so
// do these central differences in the player's own parameters.
TEST(DriftTest, TermsAreDifferencesWithOneFactorHeldConstant) {
  const FunctionGame game(CoupledLoss);
  const auto expect = [&](size_t player, GameTerm term, size_t loss, size_t in, size_t constant) {
    const at::Tensor held = GradientOf(constant, in, CoupledPhi(), CoupledTheta());
    const auto product = [&](const at::Tensor& phi, const at::Tensor& theta) {
      return GradientOf(loss, in, phi, theta).dot(held).item<double>();
    };
    const at::Tensor found = Term(game, player, term);
    constexpr double kStep = 1e-5;
    for (int64_t i = 0; i < found.size(0); ++i) {
      at::Tensor phi[2] = {CoupledPhi(), CoupledPhi()};
      at::Tensor theta[2] = {CoupledTheta(), CoupledTheta()};
      auto& moved = player == 0 ? phi : theta;
      moved[0][i] += kStep;
      moved[1][i] -= kStep;
      const double difference =
          (product(phi[0], theta[0]) - product(phi[1], theta[1])) / (2 * kStep);
      EXPECT_NEAR(found[i].item<double>(), difference, 1e-8) << "player " << player << ", " << i;
    }
  };
  for (const size_t player : {0, 1}) {
    const size_t other = Opponent(player);
    expect(player, GameTerm::kSelfNorm, player, player, player);
    expect(player, GameTerm::kOtherNorm, other, other, other);
    expect(player, GameTerm::kInteraction, player, other, other);
  }
}

// MG J-T9, J.1.5: in a zero-sum game the interaction is −½∇‖∂E/∂other‖², the term of symplectic
// adjustment with the other sign.
TEST(DriftTest, ZeroSumInteractionIsMinusTheOtherNorm) {
  const FunctionGame game(ZeroSumLoss);
  for (const size_t player : {0, 1}) {
    const at::Tensor sum =
        Term(game, player, GameTerm::kInteraction) + Term(game, player, GameTerm::kOtherNorm);
    EXPECT_LT(sum.abs().max().item<double>(), 1e-12);
    EXPECT_GT(Term(game, player, GameTerm::kOtherNorm).norm().item<double>(), 0.1);
  }
}

// MG J.1.5: with a common loss the interaction is +½∇‖∂E/∂other‖².
TEST(DriftTest, CommonPayoffInteractionIsTheOtherNorm) {
  const FunctionGame game([](size_t, const at::Tensor& phi, const at::Tensor& theta) {
    return CoupledLoss(0, phi, theta);
  });
  for (const size_t player : {0, 1}) {
    const at::Tensor difference =
        Term(game, player, GameTerm::kInteraction) - Term(game, player, GameTerm::kOtherNorm);
    EXPECT_LT(difference.abs().max().item<double>(), 1e-12);
  }
}

// MG J-T5: the coefficients of the paper, over the rates of its own test.
TEST(DriftTest, PaperCoefficients) {
  const double rates[][2] = {{0.01, 0.01}, {0.01, 0.05}, {0.05, 0.01}, {0.0001, 0.5}};
  for (const auto& [first, second] : rates) {
    for (const bool alternating : {false, true}) {
      const Pace pace{{first, second}, {1, 1}, alternating};
      const auto phi = DriftOf(0, pace, DriftConvention::kPaper);
      const auto theta = DriftOf(1, pace, DriftConvention::kPaper);
      EXPECT_DOUBLE_EQ(phi.self, first / 2);
      EXPECT_DOUBLE_EQ(phi.interaction, first / 2);
      EXPECT_DOUBLE_EQ(theta.self, second / 2);
      const double follows = -(second / 2) * (2 * first / second - 1);
      EXPECT_NEAR(theta.interaction, alternating ? follows : second / 2, 1e-15);
    }
  }
}

// MG J.1.9: one clock swaps the rates of the interaction, and agrees where they are equal.
TEST(DriftTest, SingleClockCoefficients) {
  const Pace unequal{{0.3, 0.1}, {3, 2}, true};
  const auto phi = DriftOf(0, unequal, DriftConvention::kSingleClock);
  const auto theta = DriftOf(1, unequal, DriftConvention::kSingleClock);
  EXPECT_DOUBLE_EQ(phi.self, 0.3 / 6);
  EXPECT_DOUBLE_EQ(phi.interaction, 0.1 / 2);
  EXPECT_DOUBLE_EQ(theta.self, 0.1 / 4);
  EXPECT_DOUBLE_EQ(theta.interaction, -0.3 / 2);
  for (const bool alternating : {false, true}) {
    const Pace equal{{0.2, 0.2}, {2, 5}, alternating};
    for (const size_t player : {0, 1}) {
      const auto one = DriftOf(player, equal, DriftConvention::kSingleClock);
      const auto paper = DriftOf(player, equal, DriftConvention::kPaper);
      EXPECT_DOUBLE_EQ(one.self, paper.self);
      EXPECT_DOUBLE_EQ(one.interaction, paper.interaction);
    }
  }
}

TEST(DriftTest, IntegratedRoundsHaveNone) {
  const Pace pace{{0.1, 0.2}, {1, 1}, false, /*integrated=*/true};
  for (const auto convention : {DriftConvention::kPaper, DriftConvention::kSingleClock}) {
    EXPECT_EQ(DriftOf(0, pace, convention).self, 0);
    EXPECT_EQ(DriftOf(1, pace, convention).interaction, 0);
  }
}

// A game whose losses are means over noisy rows of the data, so that estimates on batches scatter.
class NoisyGame : public Game {
 public:
  at::Tensor Loss(size_t player, const Profile& at, const Deal& deal, const Pass&) const override {
    const at::Tensor& x = deal.data.inputs;
    const at::Tensor product = (x.matmul(at[0][0]) * x.matmul(at[1][0])).mean();
    return player == 0 ? product + x.matmul(at[0][0]).square().mean()
                       : x.matmul(at[1][0]).sin().mean() - product;
  }
};

// MG J-T10: two independent batches estimate the term of the full batch without bias, one batch for
// both factors does not.
TEST(DriftTest, SplitBatchesAreUnbiasedAndOneBatchIsNot) {
  constexpr int64_t kRows = 16, kBatch = 2, kDraws = 4000;
  const at::Generator generator = MakeGenerator(3, "drift_test");
  const at::Tensor rows = at::empty({kRows, 2}, at::kDouble).normal_(0, 1, generator);
  const NoisyGame game;
  const Profile at = {Tensors{at::tensor({0.5, -0.3}, at::kDouble)},
                      Tensors{at::tensor({0.2, 0.8}, at::kDouble)}};
  const auto term = [&](const at::Tensor& a, const at::Tensor& b) {
    return TermGradient(game, 0, GameTerm::kInteraction, at, {{a, a}, {}}, {{b, b}, {}},
                        Mode::kTraining)[0][0]
        .item<double>();
  };
  const auto draw = [&] {  // with replacement
    return rows.index_select(0, at::empty({kBatch}, at::kLong).random_(0, kRows, generator));
  };
  const double full = term(rows, rows);
  double split_sum = 0, split_squares = 0, same_sum = 0, same_squares = 0;
  for (int64_t i = 0; i < kDraws; ++i) {
    const at::Tensor a = draw(), b = draw();
    const double split = term(a, b), same = term(a, a);
    split_sum += split;
    split_squares += split * split;
    same_sum += same;
    same_squares += same * same;
  }
  const auto deviations = [&](double sum, double squares) {
    const double mean = sum / kDraws;
    return (mean - full) / std::sqrt((squares / kDraws - mean * mean) / kDraws);
  };
  EXPECT_LT(std::abs(deviations(split_sum, split_squares)), 4);
  EXPECT_GT(std::abs(deviations(same_sum, same_squares)), 8);
}

}  // namespace
}  // namespace geometer::geometry
