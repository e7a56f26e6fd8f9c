#include "tests/worker/trainer/game_training.h"

#include <memory>
#include <stdexcept>

#include "tests/worker/trainer/attempts.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {

GameTraining::GameTraining(const geometry::FunctionGame::Losses& losses,
                           std::vector<std::string> overrides)
    : training_(BuildTraining(Job(kGameJob, std::move(overrides)), {}).value()) {
  training_.play->game = std::make_shared<geometry::FunctionGame>(losses);
}

at::Tensor GameTraining::After(int64_t rounds, const at::Tensor& phi,
                               const at::Tensor& theta) const {
  State state = InitialState(training_);
  state.variables.parameters = {phi.clone(), theta.clone()};
  Batches batches(training_);
  while (state.step < rounds * training_.plan.StepsPerRound()) {
    if (!Advance(training_, batches, state)) throw std::runtime_error("diverged");
  }
  return geometry::Flatten(state.variables.parameters);
}

}  // namespace geometer::trainer
