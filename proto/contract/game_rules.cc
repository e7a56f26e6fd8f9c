#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"

namespace geometer::contract {
namespace {

constexpr int kPlayers = 2;

bool IsOfPoints(const v1::Game& game) { return game.has_linear() || game.has_dirac_gan(); }

std::string GameName(const v1::Game& game) {
  return game.has_gan() ? "game gan" : game.has_linear() ? "game linear" : "game dirac_gan";
}

// Calls `look` with every regularizer of the job, its learner's place and its path.
template <typename Look>
void ForEachRegularizer(const v1::JobSpec& spec, const Look& look) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    for (int j = 0; j < spec.learners(i).regularizers_size(); ++j) {
      look(spec.learners(i).regularizers(j), i,
           At("learners", i, absl::StrCat("regularizers[", j, "].")));
    }
  }
}

void WrongCount(const v1::JobSpec& spec, const Report& report) {
  const int needed = spec.has_game() ? kPlayers : 1;
  if (spec.learners_size() == needed || spec.learners_size() == 0) return;  // "must be given"
  report("learners",
         absl::StrCat(spec.learners_size(), spec.has_game() ? " with a game" : " without a game"));
}

void MissingParts(const v1::JobSpec& spec, const Report& report) {
  if (spec.data_size() == 0 && !IsOfPoints(spec.game())) report("data", "");
  for (int i = 0; i < spec.learners_size() && !spec.has_game(); ++i) {
    if (!spec.learners(i).has_objective()) report(At("learners", i, "objective"), "");
  }
}

void PartsWithoutUse(const v1::JobSpec& spec, const Report& report) {
  if (!spec.has_game()) return;
  if (IsOfPoints(spec.game()) && spec.data_size() > 0) report("data", SourceName(spec.data(0)));
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    const std::string game = GameName(spec.game());
    const auto refuse = [&](absl::string_view field) { report(At("learners", i, field), game); };
    if (learner.has_objective()) refuse("objective");
    if (learner.has_multitask()) refuse("multitask");
    if (learner.noise_size() > 0) refuse("noise");
    if (learner.model().has_weights()) refuse("model.weights");
    if (learner.optimizer().has_gradient_flow()) refuse("optimizer.gradient_flow");
    if (HasAdaptiveRate(learner.schedule())) {
      refuse(absl::StrCat("schedule.", ScheduleName(learner.schedule())));
    }
    if (learner.batches().accumulation() > 1) refuse("batches.accumulation");
  }
}

void PlayersOfPoints(const v1::JobSpec& spec, const Report& report) {
  if (!IsOfPoints(spec.game())) return;
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Model& model = spec.learners(i).model();
    const int length = model.point().start_size();
    const std::string path = At("learners", i, "model");
    if (!model.has_point()) {
      report(path, ArchitectureName(model));
    } else if (length != spec.learners(0).model().point().start_size()) {
      report(path + ".point.start", absl::StrCat(length, " numbers"));
    }
  }
}

void PlayersOfAGan(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size() && spec.game().has_gan(); ++i) {
    const v1::Model& model = spec.learners(i).model();
    const bool discriminator = i == 0;
    if (model.has_mlp() || model.has_point()) continue;
    if (discriminator && model.has_cnn() && !model.cnn().batch_norm()) continue;
    report(At("learners", i, "model"),
           absl::StrCat(ArchitectureName(model),
                        model.has_cnn() && discriminator ? " with batch_norm" : ""));
  }
}

void IdleUpdates(const v1::JobSpec& spec, const Report& report) {
  const v1::Game& game = spec.game();
  if (!spec.has_game() || game.order() == v1::PLAY_ORDER_ALTERNATING) return;
  const std::string got = absl::StrCat("order ", EnumName(game.order()));
  if (game.first_updates() > 1) report("game.first_updates", got);
  if (game.second_updates() > 1) report("game.second_updates", got);
  if (game.total_rates()) report("game.total_rates", got);
}

// Slopes of several stages make one step of descent, and nothing else.
void MoreThanSlopes(const v1::JobSpec& spec, const Report& report) {
  const v1::PlayOrder order = spec.game().order();
  if (order != v1::PLAY_ORDER_HEUN && order != v1::PLAY_ORDER_RUNGE_KUTTA) return;
  for (int i = 0; i < spec.learners_size(); ++i) {
    const std::string more = MoreThanDescent(spec.learners(i).optimizer());
    if (more.empty()) continue;
    report(At("learners", i, "optimizer"), absl::StrCat(more, " with order ", EnumName(order)));
  }
}

void TermsWithoutGame(const v1::JobSpec& spec, const Report& report) {
  if (spec.has_game()) return;
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int, const std::string& path) {
    if (one.has_game_term()) report(path + "game_term", "");
  });
  for (int i = 0; i < spec.probes_size(); ++i) {
    if (spec.probes(i).has_game_drift()) report(At("probes", i, "game_drift"), "");
    if (spec.probes(i).has_game_jacobian()) report(At("probes", i, "game_jacobian"), "");
  }
}

void SamplesWithoutGenerator(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size() && !spec.game().has_gan(); ++i) {
    if (spec.probes(i).has_generated_samples()) report(At("probes", i, "generated_samples"), "");
  }
}

void PenaltiesOfOneLoss(const v1::JobSpec& spec, const Report& report) {
  if (!spec.has_game()) return;
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int, const std::string& path) {
    if (one.has_game_term() || one.has_l2() || one.has_parameter_norm()) return;
    const bool of_networks = one.has_spectral_norm() || one.has_geometric_complexity();
    if (of_networks && spec.game().has_gan()) return;
    report(path + std::string(PenaltyName(one)), GameName(spec.game()));
  });
}

void TermsThatAreNoDrift(const v1::JobSpec& spec, const Report& report) {
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int, const std::string& path) {
    const v1::GameTermRegularizer& term = one.game_term();
    if (term.term() != v1::GAME_TERM_OTHER_NORM || term.scale() == v1::GAME_TERM_SCALE_ONE) return;
    report(path + "game_term.scale", EnumName(term.scale()));
  });
}

// Rounds of higher order have no drift to be a multiple of.
void DriftOfAnIntegrator(const v1::JobSpec& spec, const Report& report) {
  const v1::PlayOrder order = spec.game().order();
  if (order != v1::PLAY_ORDER_HEUN && order != v1::PLAY_ORDER_RUNGE_KUTTA) return;
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int, const std::string& path) {
    if (!one.has_game_term() || one.game_term().scale() == v1::GAME_TERM_SCALE_ONE) return;
    report(path + "game_term.scale",
           absl::StrCat(EnumName(one.game_term().scale()), " with order ", EnumName(order)));
  });
}

void HalvesOfOneExample(const v1::JobSpec& spec, const Report& report) {
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int learner, const std::string& path) {
    const v1::Batches& batches = spec.learners(learner).batches();
    const bool split = one.game_term().examples() == v1::GAME_TERM_EXAMPLES_SPLIT;
    if (!split || batches.full() || batches.size() > 1 || !spec.game().has_gan()) return;
    report(path + "game_term.examples", "split, with batches of 1");
  });
}

// The coefficients of the drift are those of plain descent (MG J.4).
void DriftOfAnotherRule(const v1::JobSpec& spec, const Report& report) {
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int, const std::string& path) {
    const v1::GameTermScale scale = one.game_term().scale();
    if (!one.has_game_term() || scale == v1::GAME_TERM_SCALE_ONE) return;
    for (const v1::Learner& learner : spec.learners()) {
      const std::string more = MoreThanDescent(learner.optimizer());
      if (more.empty()) continue;
      report(path + "game_term.scale", absl::StrCat(EnumName(scale), " with ", more));
      return;
    }
  });
}

// Equal masks would tie the halves' gradients together.
void HalvesUnderOneMask(const v1::JobSpec& spec, const Report& report) {
  const bool dropout = std::ranges::any_of(spec.learners(), [](const v1::Learner& learner) {
    return learner.model().mlp().dropout() > 0 || learner.model().cnn().dropout() > 0;
  });
  ForEachRegularizer(spec, [&](const v1::Regularizer& one, int, const std::string& path) {
    if (!dropout || one.game_term().examples() != v1::GAME_TERM_EXAMPLES_SPLIT) return;
    report(path + "game_term.examples", "split, with dropout");
  });
}

void ProbesOfOneLoss(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size() && spec.has_game(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    if (probe.has_game_drift() || probe.has_game_jacobian() || probe.has_parameter_norm() ||
        probe.has_generated_samples()) {
      continue;
    }
    const bool judge = spec.learners_size() > 0 && !probe.learner().empty() &&
                       probe.learner() == spec.learners(0).name();
    if (probe.has_geometric_complexity() && judge && spec.game().has_gan()) continue;
    report(At("probes", i, QuantityName(probe)), GameName(spec.game()));
  }
}

constexpr CrossRule kRules[] = {
    {"must be two in a game, and one without", WrongCount},
    {"must be given", MissingParts},
    {"must be left out in a game, which has no use for it", PartsWithoutUse},
    {"must be point in this game, both of one length", PlayersOfPoints},
    {"must be mlp or point in this game; of the first player also cnn without batch_norm",
     PlayersOfAGan},
    {"needs order: alternating", IdleUpdates},
    {"must be sgd alone (no momentum, decay or clipping) in this order", MoreThanSlopes},
    {"needs a game", TermsWithoutGame},
    {"needs the game gan", SamplesWithoutGenerator},
    {"must be game_term, l2, parameter_norm or, of networks, spectral_norm or geometric_complexity",
     PenaltiesOfOneLoss},
    {"must be one: other_norm is no term of the drift", TermsThatAreNoDrift},
    {"must be one in this order, which has no drift", DriftOfAnIntegrator},
    {"needs batches of two examples at least", HalvesOfOneExample},
    {"needs networks without dropout", HalvesUnderOneMask},
    {"must be one where a player does more than sgd (momentum, decay, clipping)",
     DriftOfAnotherRule},
    {"must be game_drift, game_jacobian, generated_samples, parameter_norm or, of a discriminator "
     "that it names, geometric_complexity",
     ProbesOfOneLoss},
};

}  // namespace

std::span<const CrossRule> GameRules() { return kRules; }

}  // namespace geometer::contract
