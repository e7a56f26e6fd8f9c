#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "worker/geometry/games/drift.h"
#include "worker/geometry/models/model.h"
#include "worker/trainer/builders/optimizer.h"
#include "worker/trainer/builders/schedule.h"
#include "worker/trainer/task.h"

namespace geometer::trainer {

struct State;
struct Training;

// What a term's weight is a multiple of, and the examples that it is taken on.
enum class TermScale { kOne, kPaper, kSingleClock };
enum class TermExamples { kSplit, kSame, kFull };

// A term of the game that a player descends beside its loss.
struct WeightedTerm {
  double weight = 0;
  RateRule schedule;  // a factor on the weight
  geometry::GameTerm term = geometry::GameTerm::kInteraction;
  TermScale scale = TermScale::kPaper;
  TermExamples examples = TermExamples::kSplit;
};

// One of the two learners of a game.
struct Player {
  std::string name;
  std::shared_ptr<const geometry::Model> model;
  size_t first = 0, parameters = 0;    // its own among all of the run's
  size_t first_state = 0, states = 0;  // its tensors of the optimizer, likewise
  int64_t updates = 1;                 // in a round
  UpdateRule rule;
  RateRule rates;
  std::vector<WeightedTerm> terms;
};

enum class Integrator { kEuler, kHeun, kRungeKutta };

// A game that a run plays: its tasks (task.h) are the players', with their batches and penalties,
// and take turns as the players do.
struct Play {
  std::shared_ptr<const geometry::Game> game;
  std::array<Player, 2> players;
  bool alternating = false;
  bool total_rates = false;  // a learning rate is that of all updates in a round
  Integrator integrator = Integrator::kEuler;
  std::shared_ptr<const geometry::Model> generator;  // of a GAN
  int64_t latents = 0;                               // likewise

  // The learning rate of the player's update after `step` completed ones of `total_steps`.
  double Rate(size_t player, int64_t step, int64_t total_steps) const;

  // How a round of updates would go at the rates in force after `step` completed ones.
  geometry::Pace PaceAt(int64_t step, int64_t total_steps) const;

  // The players' parameters among all those of a run.
  geometry::Profile ProfileOf(const geometry::Tensors& parameters) const;
};

// Makes one update of a game from `batch`: of the players whose turn it is, all of them from the
// parameters before it. Returns as MakeUpdate (update.h).
// Cost: the gradient of each of these players' losses, and what its penalties and terms (drift.h)
// state; Heun's method twice that, that of Runge and Kutta four times.
bool MakeMoves(const Training& training, const UpdateBatch& batch, State& state);

}  // namespace geometer::trainer
