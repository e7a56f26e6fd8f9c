#include "worker/trainer/play.h"

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

// A game of points without friction, so that φ moves by θ and θ by −φ, times the rates.
Training Rotation(std::vector<std::string> overrides) {
  overrides.emplace_back("game.linear.friction=0");
  return BuildTraining(Job(kGameJob, overrides), {}).value();
}

std::pair<double, double> Numbers(const State& state) {
  return {state.variables.parameters[0].item<double>(),
          state.variables.parameters[1].item<double>()};
}

State After(const Training& training, int64_t steps) {
  State state = InitialState(training);
  Batches batches(training);
  for (int64_t i = 0; i < steps; ++i) EXPECT_TRUE(Advance(training, batches, state));
  return state;
}

TEST(PlayTest, SimultaneousPlayersMoveFromTheParametersBefore) {
  const Training training = Rotation({"learners[1].optimizer.sgd.learning_rate=0.5"});
  EXPECT_EQ(Numbers(After(training, 1)), std::pair(0.5 - 0.3, -0.3 - 0.5 * 0.5));
}

TEST(PlayTest, AlternatingPlayersSeeTheOthersNewParameters) {
  const Training training = Rotation({"game={order: alternating}", "game.linear={}",
                                      "learners[1].optimizer.sgd.learning_rate=0.5"});
  EXPECT_EQ(Numbers(After(training, 1)), std::pair(0.2, -0.3));
  EXPECT_EQ(Numbers(After(training, 2)), std::pair(0.2, -0.3 - 0.5 * 0.2));
}

TEST(PlayTest, PlayersTakeTheirTurnsOfARound) {
  const Training training = Rotation(
      {"game={order: alternating, first_updates: 3, second_updates: 2}", "game.linear={}"});
  std::vector<int64_t> movers;
  for (int64_t step = 0; step < 6; ++step) movers.push_back(training.plan.TasksAt(step).at(0));
  EXPECT_THAT(movers, ElementsAre(0, 0, 0, 1, 1, 0));
  EXPECT_DOUBLE_EQ(After(training, 5).flow_time, 3);  // the first player's
}

// MG J.1.6.
TEST(PlayTest, TotalRatesAreDividedAmongUpdates) {
  for (const bool total : {false, true}) {
    const Training training =
        Rotation({absl::StrCat("game={order: alternating, first_updates: 4, total_rates: ",
                               total ? "true}" : "false}"),
                  "game.linear={}"});
    EXPECT_DOUBLE_EQ(training.play->Rate(0, 0, 10), total ? 0.25 : 1);
    EXPECT_DOUBLE_EQ(training.play->PaceAt(0, 10).rates[0], total ? 1 : 4);
    EXPECT_DOUBLE_EQ(training.play->PaceAt(0, 10).rates[1], 1);
  }
}

// Adam's first update moves each parameter by the learning rate: each player's own first one.
TEST(PlayTest, EachPlayersRuleCountsItsOwnUpdates) {
  const Training training =
      Rotation({"game={order: alternating, first_updates: 3}", "game.linear={}",
                "learners[0].optimizer={adam: {learning_rate: 0.01}}",
                "learners[1].optimizer={adam: {learning_rate: 0.01}}"});
  EXPECT_NEAR(Numbers(After(training, 1)).first, 0.5 - 0.01, 1e-7);
  EXPECT_NEAR(Numbers(After(training, 4)).second, -0.3 - 0.01, 1e-7);
  EXPECT_EQ(training.play->players[1].first_state, training.play->players[0].states);
}

TEST(PlayTest, ALossThatIsNotFiniteChangesNothing) {
  const Training training = Rotation({});
  State state = InitialState(training);
  state.variables.parameters[1].fill_(std::nan(""));
  Batches batches(training);
  EXPECT_FALSE(Advance(training, batches, state));
  EXPECT_EQ(state.step, 0);
  EXPECT_EQ(state.variables.parameters[0].item<double>(), 0.5);
}

class GanTest : public testing::Test {
 protected:
  GanTest() { WriteSmallMnist(folder_.path()); }

  Training Build(const std::vector<std::string>& overrides = {}) {
    const v1::JobSpec spec = Job(kGanJob, overrides);
    DatasetLoader loader;
    const auto dtype = spec.dtype() == v1::DTYPE_FLOAT64 ? at::kDouble : at::kFloat;
    const auto data = loader.Load(spec.data(0), {folder_.path(), spec.seed(), dtype});
    return BuildTraining(spec, {data.value()}).value();
  }

  TemporaryFolder folder_;
};

// The game that it stands before, and what it was dealt.
class RecordingGame : public geometry::Game {
 public:
  struct Dealt {
    size_t player;
    geometry::Deal deal;
  };

  explicit RecordingGame(std::shared_ptr<const geometry::Game> game) : game_(std::move(game)) {}

  at::Tensor Loss(size_t player, const geometry::Profile& at, const geometry::Deal& deal,
                  const geometry::Pass& pass) const override {
    dealt.push_back({player, deal});
    return game_->Loss(player, at, deal, pass);
  }

  mutable std::vector<Dealt> dealt;

 private:
  std::shared_ptr<const geometry::Game> game_;
};

// What an update of `training` deals.
std::vector<RecordingGame::Dealt> DealtIn(Training training) {
  const auto game = std::make_shared<RecordingGame>(training.play->game);
  training.play->game = game;
  After(training, 1);
  return game->dealt;
}

TEST_F(GanTest, PlayersDrawBatchesAndLatentsOfTheirOwn) {
  const auto dealt = DealtIn(Build());
  ASSERT_EQ(dealt.size(), 2u);
  EXPECT_FALSE(dealt[0].deal.data.inputs.equal(dealt[1].deal.data.inputs));
  EXPECT_EQ(dealt[0].deal.latents.sizes(), dealt[1].deal.latents.sizes());
  EXPECT_FALSE(dealt[0].deal.latents.equal(dealt[1].deal.latents));
}

// MG J.1.10: a product of two means has no bias on two samples that share nothing.
TEST_F(GanTest, HalvesOfABatchShareNeitherExamplesNorLatents) {
  const auto dealt = DealtIn(Build(
      {"learners[0].batches.size=7", "learners[0].regularizers=[{game_term: {}, weight: 1}]"}));
  std::vector<geometry::Deal> halves;
  for (const auto& [player, deal] : dealt) {
    if (deal.data.size() == 3) halves.push_back(deal);
  }
  ASSERT_GE(halves.size(), 2u);
  const auto is_first = [&](const geometry::Deal& deal) {
    return deal.latents.equal(halves[0].latents);
  };
  const auto second = std::ranges::find_if_not(halves, is_first);
  ASSERT_NE(second, halves.end());
  for (const at::Tensor& one : halves[0].data.inputs.unbind(0)) {
    for (const at::Tensor& other : second->data.inputs.unbind(0)) EXPECT_FALSE(one.equal(other));
  }
}

TEST_F(GanTest, APenaltyOnALayerThatThePlayerLacksIsRefused) {
  const v1::JobSpec spec =
      Job(kGanJob, {"learners[0].regularizers=[{geometric_complexity: {layer: none}, weight: 1}]"});
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {folder_.path(), spec.seed()});
  const absl::Status status = BuildTraining(spec, {data.value()}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("layer: must be one of"));
}

TEST_F(GanTest, PicturesOfPlayersAreAugmented) {
  EXPECT_TRUE(Build({"data.augmentation={flip: true}"}).tasks[1].augmentation.flip);
}

// MG binding conventions: R1 of weight γ is (γ/2)·E‖∂D/∂x‖²; of a linear D that is (γ/2)‖w‖².
TEST_F(GanTest, GeometricComplexityOfTheDiscriminatorIsR1) {
  const std::vector<std::string> linear = {"learners[0].model.mlp.hidden=[]", "dtype=float64"};
  std::vector<std::string> penalized = linear;
  penalized.emplace_back("learners[0].regularizers=[{geometric_complexity: {}, weight: 5}]");
  const Training plain = Build(linear), with = Build(penalized);
  const at::Tensor start = InitialState(plain).variables.parameters[0];
  const at::Tensor difference =
      After(with, 1).variables.parameters[0] - After(plain, 1).variables.parameters[0];
  EXPECT_LT((difference + 0.1 * 10 * start).abs().max().item<double>(), 1e-12);
}

TEST_F(GanTest, SplitSameAndFullExamplesDiffer) {
  const auto end = [&](const std::string& examples) {
    return After(Build({"learners[0].regularizers=[{game_term: {examples: " + examples +
                        "}, weight: -10}]"}),
                 2)
        .variables.parameters[0];
  };
  EXPECT_FALSE(end("split").equal(end("same")));
  EXPECT_FALSE(end("full").equal(end("same")));
}

TEST_F(GanTest, SeriesNameTheirPlayerAndWeightsTheirNetwork) {
  Recorder recorder;
  const v1::JobSpec spec =
      Job(kGanJob, {"stop.steps=2",
                    "probes=[{game_drift: {}, every: {steps: 2}}, {game_jacobian: "
                    "{}, every: {steps: 2}}, {name: norm, learner: generator, parameter_norm: {}, "
                    "every: {steps: 2}}]"});
  ASSERT_EQ(RunIn(folder_.path(), spec, recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  std::multimap<std::string, std::string> learners;
  for (const v1::Points& points : recorder.Points()) {
    for (int i = 0; i < points.step_size(); ++i) {
      const v1::Series& series = points.series(static_cast<int>(points.series_index(i)));
      if (points.step(i) == 2) learners.emplace(series.quantity(), series.learner());
    }
  }
  const auto of = [&](const std::string& quantity) {
    std::vector<std::string> found;
    const auto [begin, end] = learners.equal_range(quantity);
    for (auto i = begin; i != end; ++i) found.push_back(i->second);
    return found;
  };
  EXPECT_THAT(of("learning_rate"), UnorderedElementsAre("discriminator", "generator"));
  EXPECT_THAT(of("loss"), UnorderedElementsAre("discriminator", "generator"));
  EXPECT_THAT(of("spectral_radius"), ElementsAre(""));
  EXPECT_THAT(of("parameter_norm"), ElementsAre("generator"));
  std::vector<std::string> names;
  for (const auto& named : WeightsIn(folder_.path())) names.push_back(named.name);
  EXPECT_THAT(names, Contains("discriminator.0.weight"));
  EXPECT_THAT(names, Contains("generator.2.bias"));
}

}  // namespace
}  // namespace geometer::trainer
