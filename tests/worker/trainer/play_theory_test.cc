// What rounds of a game do to second order (MG J), by the product's updates and turns.

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_det.h>
#include <ATen/ops/linalg_eigvals.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "tests/worker/geometry/slopes.h"
#include "tests/worker/trainer/game_training.h"
#include "worker/geometry/flows.h"
#include "worker/geometry/games/dirac_gan.h"
#include "worker/geometry/games/linear.h"

namespace geometer::trainer {
namespace {

using geometry::CoupledLoss;
using geometry::CoupledPhi;
using geometry::CoupledTheta;
using geometry::DriftConvention;
using geometry::ExpectOrder;
using geometry::FunctionGame;
using geometry::GameTerm;
using geometry::Tensors;
using geometry::ZeroSumLoss;

// How a game is played: the players' total rates in units of h, and their updates in a round.
struct Scheme {
  std::string order = "simultaneous";
  double alpha = 1;
  double lambda = 1;
  int64_t m = 1;
  int64_t k = 1;
};

void PrintTo(const Scheme& scheme, std::ostream* out) {
  *out << scheme.order << ' ' << scheme.alpha << ' ' << scheme.lambda << ' ' << scheme.m << ' '
       << scheme.k;
}

// `terms` are regularizers of both players.
std::vector<std::string> Overrides(const Scheme& scheme, double h, const std::string& terms = "") {
  std::vector<std::string> overrides = {absl::StrCat("game.order=", scheme.order)};
  if (scheme.order == "alternating") {
    overrides.push_back(absl::StrCat("game.first_updates=", scheme.m));
    overrides.push_back(absl::StrCat("game.second_updates=", scheme.k));
    overrides.emplace_back("game.total_rates=true");
  }
  const double rates[] = {scheme.alpha * h, scheme.lambda * h};
  for (int i = 0; i < 2; ++i) {
    const std::string learner = absl::StrCat("learners[", i, "].");
    overrides.push_back(absl::StrCat(learner, "optimizer.sgd.learning_rate=", rates[i]));
    if (!terms.empty()) overrides.push_back(absl::StrCat(learner, "regularizers=[", terms, "]"));
  }
  return overrides;
}

std::string Cancelled(const std::string& term, const std::string& scale) {
  return absl::StrCat("{game_term: {term: ", term, ", scale: ", scale,
                      ", examples: same}, weight: -1}");
}

at::Tensor End(const Scheme& scheme, double h, int64_t rounds = 1, const std::string& terms = "") {
  return GameTraining(CoupledLoss, Overrides(scheme, h, terms))
      .After(rounds, CoupledPhi(), CoupledTheta());
}

// A field of the coupled game, rates in units of h included:
// −α(∂L_own + self·c_self·∂R_self + interaction·c_interaction·∂R_interaction).
struct Field {
  double self = 0;
  double interaction = 0;
  DriftConvention convention = DriftConvention::kSingleClock;
  bool rates = true;              // false: without the factors α and λ
  bool rates_per_update = false;  // of an update instead of a round, in the coefficients
};

at::Tensor ModifiedValue(const geometry::Game& game, const Scheme& scheme, const Field& field,
                         double h, const std::array<at::Tensor, 2>& x) {
  const geometry::Profile at = {Tensors{x[0]}, Tensors{x[1]}};
  geometry::Pace pace{
      {scheme.alpha * h, scheme.lambda * h}, {scheme.m, scheme.k}, scheme.order == "alternating"};
  if (field.rates_per_update) {
    pace.rates[0] /= static_cast<double>(scheme.m);
    pace.rates[1] /= static_cast<double>(scheme.k);
  }
  std::vector<at::Tensor> parts;
  for (const size_t player : {0, 1}) {
    const geometry::Profile leaves = geometry::Leaves(at);
    const auto drift = geometry::DriftOf(player, pace, field.convention);
    const auto term = [&](GameTerm of) {
      return TermGradient(game, player, of, at, {}, {}, geometry::Mode::kTraining)[0];
    };
    at::Tensor slope = geometry::Gradient(game.Loss(player, leaves, {}, geometry::Mode::kTraining),
                                          leaves[player])[0];
    slope = slope + field.self * drift.self * term(GameTerm::kSelfNorm) +
            field.interaction * drift.interaction * term(GameTerm::kInteraction);
    const double rate = player == 0 ? scheme.alpha : scheme.lambda;
    parts.push_back(field.rates ? -rate * slope : -slope);
  }
  return at::cat(parts);
}

at::Tensor FlowEnd(const Scheme& scheme, const Field& field, double h, double time,
                   int64_t steps = 8) {
  return geometry::Integrate(
      [&](const at::Tensor& x) {
        return ModifiedValue(FunctionGame(CoupledLoss), scheme, field, h,
                             {x.slice(0, 0, 3), x.slice(0, 3, 5)});
      },
      at::cat({CoupledPhi(), CoupledTheta()}), time, steps);
}

double Distance(const at::Tensor& a, const at::Tensor& b) { return (a - b).norm().item<double>(); }

// That a round of h ends O(h^order) from the flow of `field` for the time h.
void ExpectFlow(double order, const Scheme& scheme, const Field& field,
                const std::string& terms = "") {
  ExpectOrder(order, [&](double h) {
    return Distance(End(scheme, h, 1, terms), FlowEnd(scheme, field, h, h));
  });
}

const Field kOriginal = {};
const Field kModified = {.self = 1, .interaction = 1};
const Field kPaper = {.self = 1, .interaction = 1, .convention = DriftConvention::kPaper};

class SchemeTest : public testing::TestWithParam<Scheme> {};

// MG J-T1.
TEST_P(SchemeTest, ARoundFollowsTheModifiedFlow) {
  ExpectFlow(2, GetParam(), kOriginal);
  ExpectFlow(3, GetParam(), kModified);
}

// The control of J-T1.
TEST_P(SchemeTest, AWrongSignLosesTheOrder) {
  ExpectFlow(2, GetParam(), {.self = 1, .interaction = -1});
  ExpectFlow(2, GetParam(), {.self = -1, .interaction = 1});
}

// MG J-T3: cancelled interactions leave the flow of the self terms, all cancelled the original one.
TEST_P(SchemeTest, CancelledTermsLeaveTheFlow) {
  const std::string interaction = Cancelled("interaction", "single_clock");
  ExpectFlow(3, GetParam(), {.self = 1}, interaction);
  ExpectFlow(3, GetParam(), kOriginal,
             absl::StrCat(interaction, ", ", Cancelled("self_norm", "single_clock")));
}

INSTANTIATE_TEST_SUITE_P(Schemes, SchemeTest,
                         testing::Values(Scheme{}, Scheme{.lambda = 0.4}, Scheme{"alternating"},
                                         Scheme{"alternating", 1, 0.4},
                                         Scheme{"alternating", 0.4, 1},
                                         Scheme{"alternating", 1, 1, 3, 2},
                                         Scheme{"alternating", 0.7, 1.3, 5, 1}));

// MG J.1.4, J-T1: with equal rates the paper's coefficients are those of a flow, with others not.
TEST(PlayTheoryTest, PaperCoefficientsAreAFlowOnlyWithEqualRates) {
  for (const char* order : {"simultaneous", "alternating"}) {
    ExpectFlow(3, {order}, kPaper);
    ExpectFlow(2, {order, 1, 0.4}, kPaper);
    ExpectFlow(2, {order, 1, 0.4}, {.self = 1}, Cancelled("interaction", "paper"));
  }
}

// MG J.1.4 b: they are right where each player is read at its own time.
TEST(PlayTheoryTest, PaperCoefficientsHoldOnTwoClocks) {
  for (const char* order : {"simultaneous", "alternating"}) {
    const Scheme scheme = {order, 1, 0.4};
    Field field = kPaper;
    field.rates = false;
    ExpectOrder(3, [&](double h) {
      const at::Tensor first = FlowEnd(scheme, field, h, scheme.alpha * h).slice(0, 0, 3);
      const at::Tensor second = FlowEnd(scheme, field, h, scheme.lambda * h).slice(0, 3, 5);
      return Distance(End(scheme, h), at::cat({first, second}));
    });
  }
}

// MG J.1.6: of m updates the drift is that of their total rate, not of one.
TEST(PlayTheoryTest, CoefficientsOfSeveralUpdatesNeedTotalRates) {
  Field field = kModified;
  field.rates_per_update = true;
  ExpectFlow(2, {"alternating", 1, 1, 3, 2}, field);
}

// MG J-T2: after the time 1, over 5 … 160 rounds.
TEST(PlayTheoryTest, ManyRoundsFollowTheModifiedFlowToSecondOrder) {
  constexpr double kLargest = 0.2;
  for (const Scheme& scheme : {Scheme{.lambda = 0.4}, Scheme{"alternating", 1, 0.4},
                               Scheme{"alternating", 0.7, 1.3, 3, 2}}) {
    std::map<double, at::Tensor> ends;
    for (double h = kLargest; ends.size() < 6; h /= 2) {
      ends[h] = End(scheme, h, std::llround(1 / h));
    }
    for (const auto& [order, field] :
         {std::pair{1.0, kOriginal}, {2.0, kModified}, {1.0, kPaper}}) {
      ExpectOrder(
          order, [&](double h) { return Distance(ends.at(h), FlowEnd(scheme, field, h, 1, 16)); },
          kLargest);
    }
  }
}

// MG J-T4.
TEST(PlayTheoryTest, IntegratorsFollowTheOriginalFlowToTheirOrder) {
  const auto expect = [](double order, const char* name) {
    const Scheme scheme = {name, 1, 0.4};
    ExpectOrder(
        order,
        [&](double h) { return Distance(End(scheme, h), FlowEnd(scheme, kOriginal, h, h, 16)); },
        /*largest=*/0.8);
  };
  expect(3, "heun");
  expect(5, "runge_kutta");
}

// MG J-T8: in a zero-sum game of equal rates η, cancelled interactions are symplectic adjustment by
// η/2.
TEST(PlayTheoryTest, CancelledInteractionsAreSymplecticAdjustment) {
  constexpr double kRate = 0.1;
  const auto end = [&](const std::string& terms) {
    return GameTraining(ZeroSumLoss, Overrides({}, kRate, terms))
        .After(20, CoupledPhi(), CoupledTheta());
  };
  const at::Tensor cancelled = end(Cancelled("interaction", "paper"));
  const at::Tensor adjusted =
      end(absl::StrCat("{game_term: {term: other_norm, scale: one}, weight: ", kRate / 2, "}"));
  EXPECT_LT(Distance(cancelled, adjusted), 1e-12);
  EXPECT_GT(Distance(cancelled, end("")), 1e-2);
}

// MG J-T12.
TEST(PlayTheoryTest, TermsOfWeightZeroChangeNoBit) {
  const std::string nothing =
      "{game_term: {}, weight: 0}, {game_term: {term: self_norm}, weight: 0}";
  const Scheme scheme = {"alternating", 1, 0.4, 2, 1};
  EXPECT_TRUE(End(scheme, 0.1, 5, nothing).equal(End(scheme, 0.1, 5)));
}

// The losses of a game of the library, of numbers.
FunctionGame::Losses LossesOf(std::shared_ptr<const geometry::Game> game) {
  return [game](size_t player, const at::Tensor& phi, const at::Tensor& theta) {
    return game->Loss(player, {Tensors{phi}, Tensors{theta}}, {}, geometry::Mode::kTraining);
  };
}

// The matrix of a round near 0.
at::Tensor RoundMatrix(const std::shared_ptr<const geometry::Game>& game, const Scheme& scheme,
                       double h) {
  constexpr double kStep = 1e-6;
  const GameTraining training(LossesOf(game), Overrides(scheme, h));
  const auto end = [&](double phi, double theta) {
    return training.After(1, at::tensor({phi}, at::kDouble), at::tensor({theta}, at::kDouble));
  };
  return at::stack({(end(kStep, 0) - end(-kStep, 0)) / (2 * kStep),
                    (end(0, kStep) - end(0, -kStep)) / (2 * kStep)},
                   1);
}

double Radius(const at::Tensor& matrix) {
  return at::linalg_eigvals(matrix).abs().max().item<double>();
}

// MG J-T6, the table of J.1.8: exact rounds of the linear game with h = 0.2, and the modified
// flow's traces and determinants.
TEST(PlayTheoryTest, EigenvaluesOfTheLinearGame) {
  const auto radius = [](double friction, const char* order) {
    return Radius(RoundMatrix(geometry::MakeLinearGame(friction), {order}, 0.2));
  };
  EXPECT_NEAR(radius(0.2, "simultaneous"), 0.98061, 1e-5);
  EXPECT_NEAR(radius(0.2, "alternating"), 0.96000, 1e-5);
  EXPECT_NEAR(radius(0.09, "simultaneous"), 1.00216, 1e-5);
  EXPECT_NEAR(radius(0.09, "alternating"), 0.98200, 1e-5);
  const auto expect = [](double friction, const char* order, double trace, double determinant) {
    const auto game = geometry::MakeLinearGame(friction);
    const auto column = [&](double phi, double theta) {
      return ModifiedValue(*game, {order}, kModified, 0.2,
                           {at::tensor({phi}, at::kDouble), at::tensor({theta}, at::kDouble)});
    };
    const at::Tensor matrix = at::stack({column(1, 0), column(0, 1)}, 1);
    EXPECT_NEAR(matrix.trace().item<double>(), trace, 1e-5);
    EXPECT_NEAR(at::linalg_det(matrix).item<double>(), determinant, 1e-5);
  };
  expect(0.2, "simultaneous", -0.20800, 1.09242);
  expect(0.2, "alternating", -0.40800, 1.07162);
  expect(0.09, "simultaneous", 0.01838, 1.03641);
  expect(0.09, "alternating", -0.18162, 1.01625);
}

// MG J-T7: simultaneous play leaves the equilibrium at √(1 + h²/4) a round; alternating play keeps
// the area exactly, whatever the rates.
TEST(PlayTheoryTest, DiracGanNearItsEquilibrium) {
  const std::shared_ptr<const geometry::Game> game = geometry::MakeDiracGan();
  for (const double h : {0.05, 0.1, 0.4}) {
    EXPECT_NEAR(Radius(RoundMatrix(game, {}, h)), std::sqrt(1 + h * h / 4), 1e-9);
    for (const double lambda : {1.0, 0.25, 3.0}) {
      const at::Tensor round = RoundMatrix(game, {"alternating", 1, lambda}, h);
      EXPECT_NEAR(at::linalg_det(round).item<double>(), 1, 1e-9);
      EXPECT_NEAR(Radius(round), 1, 1e-7);
    }
  }
}

// The radii of MG J.1.8 at T = 100 from (1, 1), without and with its explicit penalty.
TEST(PlayTheoryTest, DiracGanAfterAHundredUnitsOfTime) {
  const auto radius = [](double h, const char* order, double penalty) {
    std::vector<std::string> overrides = Overrides({order}, h);
    if (penalty != 0) {
      overrides.push_back(absl::StrCat(
          "learners[0].regularizers=[{game_term: {term: self_norm, scale: one}, weight: ",
          -2 * penalty, "}]"));
      overrides.push_back(absl::StrCat(
          "learners[1].regularizers=[{game_term: {term: other_norm, scale: one}, weight: ",
          2 * penalty, "}]"));
    }
    const auto rounds = static_cast<int64_t>(std::llround(100 / h));
    return GameTraining(LossesOf(geometry::MakeDiracGan()), overrides)
        .After(rounds, at::tensor({1.0}, at::kDouble), at::tensor({1.0}, at::kDouble))
        .norm()
        .item<double>();
  };
  EXPECT_NEAR(radius(0.1, "simultaneous", 0), 2.756, 5e-4);
  EXPECT_NEAR(radius(0.1, "alternating", 0), 1.432, 5e-4);
  EXPECT_NEAR(radius(0.1, "simultaneous", 0.1 / 4 + 0.3), 0.0018, 5e-5);
  EXPECT_NEAR(radius(0.1, "simultaneous", 0.1 / 4), 2.222, 5e-4);
  EXPECT_NEAR(radius(0.2, "simultaneous", 0), 3.353, 5e-4);
  EXPECT_NEAR(radius(0.2, "alternating", 0), 1.495, 5e-4);
}

}  // namespace
}  // namespace geometer::trainer
