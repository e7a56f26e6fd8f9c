#include "worker/trainer/builders/play.h"

#include <ATen/ops/zeros.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/combinations/combination.h"
#include "worker/geometry/games/dirac_gan.h"
#include "worker/geometry/games/gan.h"
#include "worker/geometry/games/linear.h"
#include "worker/geometry/models/composition.h"
#include "worker/trainer/builders/batches.h"
#include "worker/trainer/builders/model.h"
#include "worker/trainer/builders/regularizer.h"
#include "worker/trainer/builders/tasks.h"

namespace geometer::trainer {
namespace {

// A game without data has one example, which nobody looks at.
geometry::Dataset NoData(const at::TensorOptions& options) {
  const at::Tensor nothing = at::zeros({1, 1}, options.device(at::kCPU));
  geometry::Dataset data{.name = "none"};
  data.train = data.validation = data.test = geometry::Examples{nothing, nothing};
  data.normalization = {{0}, {1}};
  return data;
}

absl::Status SetOrder(const v1::Game& spec, Play& play) {
  play.total_rates = spec.total_rates();
  play.players[0].updates = spec.first_updates();
  play.players[1].updates = spec.second_updates();
  switch (spec.order()) {
    case v1::PLAY_ORDER_SIMULTANEOUS:
      return absl::OkStatus();
    case v1::PLAY_ORDER_ALTERNATING:
      play.alternating = true;
      return absl::OkStatus();
    case v1::PLAY_ORDER_HEUN:
      play.integrator = Integrator::kHeun;
      return absl::OkStatus();
    case v1::PLAY_ORDER_RUNGE_KUTTA:
      play.integrator = Integrator::kRungeKutta;
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError("game.order: not known to this trainer");
  }
}

absl::StatusOr<geometry::DiscriminatorLoss> ToLoss(v1::DiscriminatorLoss loss) {
  switch (loss) {
    case v1::DISCRIMINATOR_LOSS_LOGISTIC:
      return geometry::DiscriminatorLoss::kLogistic;
    case v1::DISCRIMINATOR_LOSS_SQUARES:
      return geometry::DiscriminatorLoss::kSquares;
    case v1::DISCRIMINATOR_LOSS_SIGMOID_SQUARES:
      return geometry::DiscriminatorLoss::kSigmoidSquares;
    case v1::DISCRIMINATOR_LOSS_WASSERSTEIN:
      return geometry::DiscriminatorLoss::kWasserstein;
    default:
      return absl::InvalidArgumentError("game.gan.discriminator_loss: not known to this trainer");
  }
}

// The numbers that a player of points starts from; of other models none.
int64_t LengthOf(const v1::Learner& learner) { return learner.model().point().start_size(); }

absl::Status BuildPoints(const v1::JobSpec& spec, Play& play) {
  for (size_t i = 0; i < play.players.size(); ++i) {
    const v1::Learner& learner = spec.learners(static_cast<int>(i));
    auto model = BuildModel(learner.model(), {1}, LengthOf(learner));
    if (!model.ok()) return model.status();
    play.players[i].model = *std::move(model);
  }
  play.game = spec.game().has_linear() ? geometry::MakeLinearGame(spec.game().linear().friction())
                                       : geometry::MakeDiracGan();
  return absl::OkStatus();
}

absl::Status BuildGan(const v1::JobSpec& spec, const geometry::Dataset& data, Play& play) {
  const v1::GanGame& gan = spec.game().gan();
  const std::vector<int64_t> shape = data.train.shape().vec();
  auto discriminator = BuildModel(spec.learners(0).model(), shape, /*outputs=*/1);
  auto generator =
      BuildModel(spec.learners(1).model(), {gan.latents()}, c10::multiply_integers(shape));
  auto loss = ToLoss(gan.discriminator_loss());
  for (const absl::Status& status : {discriminator.status(), generator.status(), loss.status()}) {
    if (!status.ok()) return status;
  }
  play.players[0].model = *std::move(discriminator);
  play.players[1].model = play.generator = *std::move(generator);
  play.latents = gan.latents();
  for (const Player& player : play.players) {
    if (player.model->buffer_names().empty()) continue;
    return absl::InvalidArgumentError(absl::StrCat("learner ", player.name,
                                                   ": a player's network must have no running "
                                                   "statistics: turn batch_norm off"));
  }
  const bool zero_sum = gan.generator_loss() == v1::GENERATOR_LOSS_ZERO_SUM;
  play.game = geometry::MakeGan(
      {play.players[0].model, play.generator, *loss,
       zero_sum ? geometry::GeneratorLoss::kZeroSum : geometry::GeneratorLoss::kNonSaturating});
  return absl::OkStatus();
}

absl::Status BuildGame(const v1::JobSpec& spec, const geometry::Dataset& data, Play& play) {
  switch (spec.game().kind_case()) {
    case v1::Game::kLinear:
    case v1::Game::kDiracGan:
      return BuildPoints(spec, play);
    case v1::Game::kGan:
      return BuildGan(spec, data, play);
    case v1::Game::KIND_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("game: none that this trainer knows");
}

absl::StatusOr<geometry::GameTerm> ToTerm(v1::GameTerm term) {
  switch (term) {
    case v1::GAME_TERM_SELF_NORM:
      return geometry::GameTerm::kSelfNorm;
    case v1::GAME_TERM_OTHER_NORM:
      return geometry::GameTerm::kOtherNorm;
    case v1::GAME_TERM_INTERACTION:
      return geometry::GameTerm::kInteraction;
    default:
      return absl::InvalidArgumentError("regularizers.game_term.term: not known to this trainer");
  }
}

absl::StatusOr<WeightedTerm> BuildTerm(const v1::Regularizer& spec) {
  const v1::GameTermRegularizer& of = spec.game_term();
  WeightedTerm term{.weight = spec.weight()};
  const auto kind = ToTerm(of.term());
  if (!kind.ok()) return kind.status();
  term.term = *kind;
  auto schedule = BuildSchedule(spec.schedule());
  if (!schedule.ok()) return schedule.status();
  term.schedule = *std::move(schedule);
  term.scale = of.scale() == v1::GAME_TERM_SCALE_ONE     ? TermScale::kOne
               : of.scale() == v1::GAME_TERM_SCALE_PAPER ? TermScale::kPaper
                                                         : TermScale::kSingleClock;
  term.examples = of.examples() == v1::GAME_TERM_EXAMPLES_SPLIT  ? TermExamples::kSplit
                  : of.examples() == v1::GAME_TERM_EXAMPLES_SAME ? TermExamples::kSame
                                                                 : TermExamples::kFull;
  return term;
}

// A player's rule, rates and terms.
absl::Status BuildPlayer(const v1::Learner& learner, int64_t batch, const at::Tensor& input,
                         Player& player, Task& task) {
  auto rule = BuildOptimizer(learner.optimizer());
  if (!rule.ok()) return rule.status();
  auto rates = BuildSchedule(learner.schedule());
  if (!rates.ok()) return rates.status();
  player.rule = *std::move(rule);
  player.rates = *std::move(rates);
  if (player.rates.reference_batch > 0) {
    player.rule.learning_rate *= static_cast<double>(batch) / player.rates.reference_batch;
  }
  for (const v1::Regularizer& regularizer : learner.regularizers()) {
    if (regularizer.has_game_term()) {
      auto term = BuildTerm(regularizer);
      if (!term.ok()) return term.status();
      player.terms.push_back(*std::move(term));
      continue;
    }
    if (absl::Status status = CheckLayer(regularizer, *task.model, input); !status.ok()) {
      return status;
    }
    auto penalty = BuildRegularizer(regularizer, task.data);
    if (!penalty.ok()) return penalty.status();
    task.penalties.push_back(*std::move(penalty));
  }
  return absl::OkStatus();
}

// Where each player's tensors are among those of the run.
void Place(const at::TensorOptions& options, uint64_t seed, Play& play) {
  size_t parameters = 0, states = 0;
  for (Player& player : play.players) {
    const std::vector<std::string>& names = player.model->parameter_names();
    player.first = parameters;
    player.parameters = names.size();
    parameters += names.size();
    player.first_state = states;
    player.states = player.rule.optimizer
                        ->InitialState(names, player.model->Initialize(seed, options).parameters)
                        .size();
    states += player.states;
  }
}

}  // namespace

absl::Status BuildPlay(const v1::JobSpec& spec, const std::vector<geometry::Dataset>& data,
                       Training& training) {
  auto play = std::make_unique<Play>();
  for (size_t i = 0; i < play->players.size(); ++i) {
    play->players[i].name = spec.learners(static_cast<int>(i)).name();
  }
  const geometry::Dataset played = data.empty() ? NoData(training.options) : data[0];
  absl::Status status = SetOrder(spec.game(), *play);
  if (status.ok()) status = BuildGame(spec, played, *play);
  if (!status.ok()) return status;
  training.combination = geometry::MakeSum();
  training.plan = {
      training.seed,
      play->alternating ? geometry::TaskOrder::kSequential : geometry::TaskOrder::kSimultaneous,
      {play->players[0].updates, play->players[1].updates}};
  for (size_t i = 0; i < play->players.size(); ++i) {
    const v1::Learner& learner = spec.learners(static_cast<int>(i));
    Player& player = play->players[i];
    Task task{.name = player.name, .data = played, .model = player.model};
    task.stream = absl::StrCat("/player/", player.name);
    if (!data.empty()) task.augmentation = AugmentationOf(spec.data(0));
    auto batches = data.empty() ? geometry::BatchPlan{.examples = 1, .size = 1}
                                : BuildBatches(learner.batches(), played.train.size());
    if (!batches.ok()) return batches.status();
    task.batches = *batches;
    // What its own network reads: data, or latents.
    const at::Tensor input = i == 1 && play->latents > 0
                                 ? at::zeros({1, play->latents})
                                 : played.train.Take(at::zeros({1}, at::kLong)).inputs;
    status = BuildPlayer(learner, task.batches.size, input, player, task);
    if (!status.ok()) return status;
    training.tasks.push_back(std::move(task));
  }
  training.steps_per_epoch = StepsPerEpoch(training.tasks, training.plan);
  Place(training.options, training.seed, *play);
  training.model = geometry::MakeComposition({play->players[0].name, play->players[0].model},
                                             {play->players[1].name, play->players[1].model});
  training.play = std::move(play);
  return absl::OkStatus();
}

}  // namespace geometer::trainer
