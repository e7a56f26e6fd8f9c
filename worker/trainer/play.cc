#include "worker/trainer/play.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/games/gan.h"
#include "worker/geometry/optimizers/clip.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {
namespace {

using geometry::Deal;
using geometry::Profile;
using geometry::Tensors;

// The gradients of those who move in an update; empty for a player who does not.
using Slopes = std::array<Tensors, 2>;

// One update of a game. Every evaluation sees the same batches and latents.
class Moves {
 public:
  Moves(const Training& training, const UpdateBatch& batch, const State& state)
      : training_(training),
        play_(*training.play),
        batch_(batch),
        random_{training.seed, static_cast<uint64_t>(state.step)},
        step_(state.step),
        start_(play_.ProfileOf(state.variables.parameters)) {}

  // The gradients to move along; none where a loss is not finite.
  std::optional<Slopes> Find() {
    switch (play_.integrator) {
      case Integrator::kEuler:
        return SlopesAt(start_);
      case Integrator::kHeun:
        return Mean({0, 1}, {1.0 / 2, 1.0 / 2});
      case Integrator::kRungeKutta:
        return Mean({0, 1.0 / 2, 1.0 / 2, 1}, {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6});
    }
    return std::nullopt;
  }

 private:
  // The weighted sum of the slopes at stages, each reached from the start along the slopes of the
  // one before by that share of a step.
  std::optional<Slopes> Mean(const std::vector<double>& shares,
                             const std::vector<double>& weights) {
    Slopes mean, last;
    for (size_t stage = 0; stage < shares.size(); ++stage) {
      Profile there = start_;
      for (size_t player = 0; player < there.size() && stage > 0; ++player) {
        const double distance = -shares[stage] * RateOf(player);
        there[player] = at::_foreach_add(there[player], last[player], distance);
      }
      const auto slopes = SlopesAt(there);
      if (!slopes.has_value()) return std::nullopt;
      last = *slopes;
      for (size_t player = 0; player < last.size(); ++player) {
        const Tensors part = at::_foreach_mul(last[player], weights[stage]);
        mean[player] = stage == 0 ? part : at::_foreach_add(mean[player], part);
      }
    }
    return mean;
  }

  std::optional<Slopes> SlopesAt(const Profile& at) {
    Slopes slopes;
    for (const TaskBatch& part : batch_) {
      auto slope = SlopeOf(part.task, part.examples, at);
      if (!slope.has_value()) return std::nullopt;
      slopes[part.task] = *std::move(slope);
    }
    return slopes;
  }

  // The gradient of a player's loss with its penalties and terms.
  std::optional<Tensors> SlopeOf(size_t player, const geometry::Examples& examples,
                                 const Profile& at) {
    Profile leaves = at;
    leaves[player] = geometry::Leaves(at)[player];
    const Deal deal = DealOf(player, examples, "loss");
    const at::Tensor own = play_.game->Loss(player, leaves, deal, PassOf());
    at::Tensor loss = own;
    for (const WeightedPenalty& penalty : training_.tasks[player].penalties) {
      const double weight = penalty.Weight(step_, training_.total_steps, RateOf(player));
      if (weight != 0) loss = loss + weight * PenaltyOf(player, penalty, leaves[player], deal, own);
    }
    if (!std::isfinite(loss.item<double>())) return std::nullopt;
    Tensors slope = geometry::Gradient(loss, leaves[player]);
    for (const WeightedTerm& term : play_.players[player].terms) {
      const double factor = FactorOf(player, term);
      if (factor == 0) continue;
      slope = at::_foreach_add(slope, TermOf(player, term, examples, at), factor);
    }
    return slope;
  }

  // Of the player's own network, on its own inputs: data, or latents.
  at::Tensor PenaltyOf(size_t player, const WeightedPenalty& penalty, const Tensors& params,
                       const Deal& deal, const at::Tensor& loss) const {
    geometry::Examples inputs = deal.data;
    if (player == 1 && deal.latents.defined()) inputs.inputs = deal.latents;
    if (penalty.regularizer->needs() == geometry::Needs::kInputGraph) {
      inputs.inputs = inputs.inputs.detach().requires_grad_();
    }
    geometry::Evaluation evaluation{.network = {play_.players[player].model.get(), params, {}},
                                    .batch = inputs,
                                    .forward = {},
                                    .loss = loss};
    evaluation.pass = PassOf();
    evaluation.forward = evaluation.network.Forward(inputs.inputs, evaluation.pass);
    return penalty.regularizer->Penalty(evaluation);
  }

  // What multiplies the gradient of a term.
  double FactorOf(size_t player, const WeightedTerm& term) const {
    const double weight = term.schedule.Rate(term.weight, step_, training_.total_steps);
    if (term.scale == TermScale::kOne) return weight;
    const auto drift = geometry::DriftOf(player, play_.PaceAt(step_, training_.total_steps),
                                         term.scale == TermScale::kPaper
                                             ? geometry::DriftConvention::kPaper
                                             : geometry::DriftConvention::kSingleClock);
    return weight * (term.term == geometry::GameTerm::kSelfNorm ? drift.self : drift.interaction);
  }

  Tensors TermOf(size_t player, const WeightedTerm& term, const geometry::Examples& examples,
                 const Profile& at) const {
    const auto on = [&](const Deal& differentiated, const Deal& constant) {
      return geometry::TermGradient(*play_.game, player, term.term, at, differentiated, constant,
                                    PassOf());
    };
    switch (term.examples) {
      case TermExamples::kSame: {
        const Deal deal = DealOf(player, examples, "loss");
        return on(deal, deal);
      }
      case TermExamples::kFull: {
        const Deal deal =
            DealOf(player, training_.tasks[player].data.train.All().To(training_.options.device()),
                   "full");
        return on(deal, deal);
      }
      case TermExamples::kSplit:
        break;
    }
    const int64_t half = std::max<int64_t>(1, examples.size() / 2);
    return on(
        DealOf(player, examples.Slice(0, half), "first_half"),
        DealOf(player, examples.Slice(examples.size() - half, examples.size()), "second_half"));
  }

  Deal DealOf(size_t player, const geometry::Examples& examples, const char* purpose) const {
    Deal deal{examples, {}};
    if (play_.latents == 0) return deal;
    const auto draws = random_.Generator(absl::StrCat("latents/", player, "/", purpose));
    deal.latents = geometry::DrawLatents(examples.size(), play_.latents, draws, training_.options);
    return deal;
  }

  geometry::Pass PassOf() const {
    geometry::Pass pass{geometry::Mode::kTraining, random_};
    pass.bfloat16 = training_.bfloat16;
    return pass;
  }

  double RateOf(size_t player) const { return play_.Rate(player, step_, training_.total_steps); }

  const Training& training_;
  const Play& play_;
  const UpdateBatch& batch_;
  const geometry::RandomSource random_;
  const int64_t step_;
  const Profile start_;
};

// Moves one player along its slope by its rule, in place.
void Move(const Training& training, size_t index, Tensors slope, State& state) {
  const Player& player = training.play->players[index];
  const double rate = training.play->Rate(index, state.step, training.total_steps);
  const Tensors params = training.play->ProfileOf(state.variables.parameters)[index];
  const auto first = state.optimizer.begin() + static_cast<int64_t>(player.first_state);
  geometry::NamedTensors own(first, first + static_cast<int64_t>(player.states));
  if (player.rule.clip_norm > 0) geometry::ClipNorm(slope, player.rule.clip_norm);
  if (player.rule.decoupled_decay > 0) {
    at::_foreach_mul_(params, 1 - rate * player.rule.decoupled_decay);
  }
  const int64_t earlier = training.plan.VisitsBefore(static_cast<int64_t>(index), state.step);
  player.rule.optimizer->Step({params, slope, rate, earlier}, own);
  std::ranges::move(own, first);
}

}  // namespace

double Play::Rate(size_t player, int64_t step, int64_t total_steps) const {
  const Player& of = players[player];
  const double rate = of.rates.Rate(of.rule.learning_rate, step, total_steps);
  return total_rates ? rate / static_cast<double>(of.updates) : rate;
}

geometry::Pace Play::PaceAt(int64_t step, int64_t total_steps) const {
  geometry::Pace pace{.alternating = alternating, .integrated = integrator != Integrator::kEuler};
  for (size_t player = 0; player < players.size(); ++player) {
    pace.updates[player] = players[player].updates;
    pace.rates[player] =
        Rate(player, step, total_steps) * static_cast<double>(players[player].updates);
  }
  return pace;
}

Profile Play::ProfileOf(const Tensors& parameters) const {
  Profile profile;
  for (size_t i = 0; i < players.size(); ++i) {
    const auto first = parameters.begin() + static_cast<int64_t>(players[i].first);
    profile[i].assign(first, first + static_cast<int64_t>(players[i].parameters));
  }
  return profile;
}

bool MakeMoves(const Training& training, const UpdateBatch& batch, State& state) {
  const auto slopes = Moves(training, batch, state).Find();
  if (!slopes.has_value()) return false;
  for (const TaskBatch& part : batch) Move(training, part.task, (*slopes)[part.task], state);
  // The time of the game is the first player's.
  if (batch.front().task == 0) {
    state.last_rate = training.play->Rate(0, state.step, training.total_steps);
    state.flow_time += *state.last_rate;
  }
  ++state.step;
  return true;
}

}  // namespace geometer::trainer
