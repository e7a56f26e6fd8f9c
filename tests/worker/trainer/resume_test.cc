// design.md's third promise: N steps equal k steps, a resume and N − k steps, bit for bit, points
// included. A new method of the contract joins by being there.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "proto/contract/validate.h"
#include "proto/contract/yaml.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

void ExpectExactResume(const v1::JobSpec& spec) {
  const TemporaryFolder whole, half;
  for (const auto* folder : {&whole, &half}) WriteSmallMnist(folder->path());
  Recorder uninterrupted, resumed;
  ASSERT_EQ(RunIn(whole.path(), spec, uninterrupted).outcome(), v1::OUTCOME_SUCCEEDED);
  const v1::CheckpointTaken middle = uninterrupted.Checkpoints().at(0);
  const v1::Finish finish = RunIn(half.path(), spec, resumed, middle.path());
  ASSERT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_TRUE(BitwiseEqual(WeightsIn(whole.path()), WeightsIn(half.path())));
  for (const char* quantity :
       {"loss", "flow_time", "learning_rate", "eigenvalue", "geometric_complexity"}) {
    std::vector<double> tail = uninterrupted.ValuesOf(quantity);
    const std::vector<double> values = resumed.ValuesOf(quantity);
    ASSERT_TRUE(tail.empty() || values.size() < tail.size());
    tail.erase(tail.begin(), tail.end() - static_cast<int64_t>(values.size()));
    EXPECT_EQ(values, tail) << quantity;
  }
}

struct ResumeCase {
  std::string name;
  const char* job;
  std::vector<std::string> overrides;
};

class ResumeTest : public testing::TestWithParam<ResumeCase> {};

TEST_P(ResumeTest, IsBitwiseTheUninterruptedRun) {
  ExpectExactResume(WithAllProbes(Job(GetParam().job, GetParam().overrides), 3));
}

const ResumeCase kCases[] = {
    {"Plain", kMlpJob, {}},
    {"Momentum", kMlpJob, {"learner.optimizer.sgd.momentum=0.9"}},
    {"Clipped",
     kMlpJob,
     {"learner.optimizer={adam: {}, decoupled_weight_decay: 0.1, clip_norm: 0.5}"}},
    {"FullBatch", kMlpJob, {"learner.batches={full: true, accumulation: 4}"}},
    {"Substeps", kMlpJob, {"learner.batches={size: 16, substeps: 3}"}},
    {"MidEpoch", kMlpJob, {"learner.batches.size=20"}},
    {"Float64", kMlpJob, {"dtype=float64"}},
    {"TwoThreads", kMlpJob, {"threads=2", "stop.steps=4", "checkpoint.every.steps=2"}},
    {"Augmented",
     kMlpJob,
     {"data.augmentation={crop: 2, flip: true}", "resources.loading_threads=2"}},
    {"Corrupted", kMlpJob, {"data.corruption=0.5", "data.classes=[4, 2, 0, 1, 3, 5, 6, 7, 8, 9]"}},
    {"Bfloat16", kResnetJob, {"precision=bfloat16"}},
    {"Tasks",
     kMlpJob,
     {"learner.multitask={order: random, tasks: [{name: a, classes: [0, 1, 2, 3], turn: 2}, {name: "
      "b, "
      "own_head: true, classes: [9, 5], weight: 0.5}, {name: c, inputs: {rotated: {degrees: "
      "30}}}]}",
      "learner.batches.size=4"}},
    {"CorrectedBracket",
     kMlpJob,
     {"learner.multitask={order: sequential, bracket_correction: true, tasks: [{name: a, turn: 3}, "
      "{name: b, inputs: {rotated: {degrees: 90}}, turn: 2}]}"}},
    {"AugmentedTasks",
     kMlpJob,
     {"learner.multitask={tasks: [{name: a}, {name: b, objective: {hinge: {}}}]}",
      "data.augmentation={crop: 2, flip: true}", "learner.model.mlp.dropout=0.5",
      "resources.loading_threads=2"}},
    {"Gan",
     kGanJob,
     {"game={gan: {latents: 3}, order: alternating, first_updates: 2}",
      "learners[0].optimizer={adam: {}}", "learners[1].optimizer.sgd.momentum=0.9",
      "learners[1].regularizers=[{game_term: {scale: one, examples: same}, weight: -0.1, schedule: "
      "{linear: {}}}]",
      "learners[0].model.mlp.dropout=0.2"}},
    {"BatchNormAndMore",
     kResnetJob,
     {"learner.optimizer.sgd.momentum=0.9", "learner.optimizer.sgd.weight_decay=0.001",
      "learner.schedule={cosine: {}, warmup: 2}",
      "learner.regularizers=[{gradient_norm: {}, weight: 0.01}]"}},
};
INSTANTIATE_TEST_SUITE_P(Runs, ResumeTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// What a method needs beside its name.
std::string OptionsOf(const std::string& method) {
  const std::map<std::string, std::string> options = {{"step", "milestones: [3, 7]"},
                                                      {"cyclic", "period: 4"},
                                                      {"rmsprop", "momentum: 0.5, centered: true"},
                                                      {"rotated", "degrees: 45"},
                                                      {"window", "start: 2, stop: 8"}};
  const auto found = options.find(method);
  return found == options.end() ? "" : found->second;
}

constexpr char kTwoTasks[] =
    "learner.multitask={tasks: [{name: a}, {name: b, inputs: {permuted: {}}}]}";

constexpr char kReference[] = "learner.noise=[{reference: {}, strength: 1}]";

// "learners[0].regularizers=…" of "learner.regularizers=…".
std::string OfTheFirstPlayer(const std::string& choice) {
  return absl::StrReplaceAll(choice, {{"learner.", "learners[0]."}});
}

// A case for each branch of the family, whose override is `pattern` with $0 for its name and $1 for
// its options; on the first of some jobs that the contract allows.
void AddFamily(const google::protobuf::OneofDescriptor& family, const char* pattern,
               std::vector<ResumeCase>& cases) {
  for (int i = 0; i < family.field_count(); ++i) {
    const std::string& method = family.field(i)->name();
    const std::string choice = absl::Substitute(pattern, method, OptionsOf(method));
    const std::string name = absl::StrCat(family.containing_type()->name(), "_", method);
    for (const ResumeCase& test : {ResumeCase{name, kMlpJob, {choice}},
                                   {name, kFunctionJob, {choice}},
                                   {name, kMlpJob, {kTwoTasks, choice}},
                                   {name, kMlpJob, {"learner.objective={morse: {}}", choice}},
                                   {name, kMlpJob, {kReference, choice}},
                                   {name, kGameJob, {OfTheFirstPlayer(choice)}},
                                   {name, kGanJob, {OfTheFirstPlayer(choice)}}}) {
      if (!contract::Validate(Job(test.job, test.overrides)).empty()) continue;
      cases.push_back(test);
      break;
    }
  }
}

// "shuffled" of ORDER_SHUFFLED.
std::string NameOf(const google::protobuf::EnumValueDescriptor& value, const char* prefix) {
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), prefix));
}

std::vector<ResumeCase> MethodCases() {
  std::vector<ResumeCase> cases;
  AddFamily(*v1::Optimizer::descriptor()->oneof_decl(0), "learner.optimizer={$0: {$1}}", cases);
  AddFamily(*v1::Objective::descriptor()->oneof_decl(0), "learner.objective={$0: {$1}}", cases);
  AddFamily(*v1::Schedule::descriptor()->oneof_decl(0), "learner.schedule={$0: {$1}}", cases);
  AddFamily(*v1::Noise::descriptor()->oneof_decl(0),
            "learner.noise=[{$0: {$1}, strength: 0.1, schedule: {linear: {}}}]", cases);
  AddFamily(*v1::Regularizer::descriptor()->oneof_decl(0),
            "learner.regularizers=[{$0: {$1}, weight: 0.01, schedule: {linear: {}}}]", cases);
  AddFamily(
      *v1::TaskInputs::descriptor()->oneof_decl(0),
      "learner.multitask={order: sequential, tasks: [{name: a}, {name: b, inputs: {$0: {$1}}}]}",
      cases);
  AddFamily(
      *v1::Combination::descriptor()->oneof_decl(0),
      "learner.multitask={combination: {$0: {$1}}, tasks: [{name: a}, {name: b, classes: [0, 1, "
      "2]}]}",
      cases);
  AddFamily(*v1::Game::descriptor()->oneof_decl(0), "game={order: alternating, $0: {$1}}", cases);
  for (int i = 1; i < v1::PlayOrder_descriptor()->value_count(); ++i) {
    const std::string order = NameOf(*v1::PlayOrder_descriptor()->value(i), "PLAY_ORDER_");
    cases.push_back({"PlayOrder_" + order, kGanJob, {"game.order=" + order}});
  }
  for (int i = 1; i < v1::Order_descriptor()->value_count(); ++i) {
    const std::string order = NameOf(*v1::Order_descriptor()->value(i), "ORDER_");
    cases.push_back({"Order_" + order, kMlpJob, {"learner.batches.order=" + order}});
  }
  for (int i = 1; i < v1::TaskOrder_descriptor()->value_count(); ++i) {
    const std::string order = NameOf(*v1::TaskOrder_descriptor()->value(i), "TASK_ORDER_");
    const std::string tasks = ", tasks: [{name: a}, {name: b, inputs: {permuted: {}}}]}";
    cases.push_back(
        {"TaskOrder_" + order, kMlpJob, {"learner.multitask={order: " + order + tasks}});
  }
  // Its target is found again.
  cases.push_back({"Morse_initial_mean",
                   kMlpJob,
                   {"learner.objective={morse: {noise_weight: 0, targets: initial_mean}}"}});
  return cases;
}

class MethodResumeTest : public testing::TestWithParam<ResumeCase> {};

TEST_P(MethodResumeTest, IsBitwiseTheUninterruptedRun) {
  v1::JobSpec spec = Job(GetParam().job, GetParam().overrides);
  spec.clear_probes();
  if (spec.has_game()) {
    spec.add_probes()->mutable_game_drift();
  } else {
    spec.add_probes()->mutable_loss();
  }
  spec.mutable_probes(0)->mutable_every()->set_steps(3);
  ExpectExactResume(Job(contract::FormatJob(spec)));
}

INSTANTIATE_TEST_SUITE_P(Contract, MethodResumeTest, testing::ValuesIn(MethodCases()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace geometer::trainer
