#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

struct NeutralityCase {
  const char* name;
  const char* job;
  std::vector<std::string> overrides;
  std::set<std::string> refused;  // probes that the contract refuses for this job, and no others
};

// Prints the name in messages of failed tests.
void PrintTo(const NeutralityCase& test, std::ostream* out) { *out << test.name; }

const std::set<std::string> kNeedsClasses = {"calibration", "density_samples", "few_shot",
                                             "margins",     "neural_collapse", "plane_map"};
const std::set<std::string> kNeedsFewInputs = {"density_samples", "function_shape", "plane_map"};
const std::set<std::string> kNeedsMlp = {"complexity_bounds", "density_samples", "function_shape",
                                         "plane_map"};

const std::set<std::string> kNeedsDescent = {"density_samples", "flow_distance", "function_shape",
                                             "modified_loss",   "plane_map",     "stability"};

const std::set<std::string> kOfGames = {"game_drift", "game_jacobian", "generated_samples"};

// Every probe but these.
std::set<std::string> AllBut(const std::set<std::string>& these) {
  std::set<std::string> others;
  const auto* kinds = v1::Probe::descriptor()->FindOneofByName("quantity");
  for (int i = 0; i < kinds->field_count(); ++i) {
    if (!these.contains(kinds->field(i)->name())) others.insert(kinds->field(i)->name());
  }
  return others;
}

const NeutralityCase kCases[] = {
    {"Regression", kFunctionJob, {}, kNeedsClasses},
    {"Plain", kMlpJob, {}, kNeedsFewInputs},
    {"Digits", kMlpJob, {"data={digits: {}}"}, kNeedsFewInputs},
    {"Hinge", kMlpJob, {"learner.objective={hinge: {}}"}, kNeedsFewInputs},
    {"SquaredError", kMlpJob, {"learner.objective={mean_squared_error: {}}"}, kNeedsFewInputs},
    {"Momentum", kMlpJob, {"learner.optimizer.sgd.momentum=0.9"}, kNeedsFewInputs},
    {"WeightDecay", kMlpJob, {"learner.optimizer.sgd.weight_decay=0.01"}, kNeedsFewInputs},
    {"Adam", kMlpJob, {"learner.optimizer={adam: {}}"}, kNeedsDescent},
    {"Rmsprop", kMlpJob, {"learner.optimizer={rmsprop: {}}"}, kNeedsDescent},
    {"GradientFlow", kMlpJob, {"learner.optimizer={gradient_flow: {}}"}, kNeedsDescent},
    {"DriftAdjusted", kMlpJob, {"learner.schedule={drift_adjusted: {}}"}, kNeedsFewInputs},
    {"Noise", kMlpJob, {"learner.noise=[{inputs: {}, strength: 0.1}]"}, kNeedsFewInputs},
    {"FullBatch", kMlpJob, {"learner.batches.full=true"}, kNeedsFewInputs},
    {"Penalty",
     kMlpJob,
     {"learner.regularizers=[{gradient_norm: {}, weight: 0.1}, {sharpness: {}, weight: 1}, "
      "{geometric_complexity: {}, weight: 0.1}, {spectral_norm: {}, weight: 0.1}]"},
     kNeedsFewInputs},
    {"Tasks",
     kMlpJob,
     {"learner.multitask={order: palindromic, tasks: [{name: a, inputs: {permuted: {}}}, {name: b, "
      "objective: {hinge: {}}}]}"},
     kNeedsFewInputs},
    {"Heads",
     kMlpJob,
     {"learner.multitask={tasks: [{name: a, own_head: true, classes: [0, 1, 2, 3, 4]}, {name: b, "
      "own_head: true, classes: [5, 6, 7, 8, 9]}]}",
      "learner.batches.size=8"},
     kNeedsMlp},
    {"Morse",
     kMlpJob,
     {"data=[{name: p, mnist: {train: 64, validation: 16, test: 20}, normalization: {none: {}}}, "
      "{name: q, mnist: {train: 40, validation: 16, test: 20}, normalization: {none: {}}}]",
      "learner.multitask={tasks: [{name: a}, {name: b, data: q}]}",
      "learner.objective={morse: {targets: classes}}",
      "learner.noise=[{reference: {}, strength: 1}]"},
     {"function_shape", "plane_map"}},
    {"Plane",
     kMlpJob,
     {"data={two_moons: {train: 64, validation: 16, test: 20}}", "learner.objective={morse: {}}",
      "learner.noise=[{reference: {}, strength: 1}]"},
     {"calibration", "function_shape"}},
    {"Dropout", kMlpJob, {"learner.model.mlp.dropout=0.5"}, kNeedsFewInputs},
    {"Float64", kMlpJob, {"dtype=float64"}, kNeedsFewInputs},
    {"Augmented", kMlpJob, {"data.augmentation={crop: 2, flip: true}"}, kNeedsFewInputs},
    {"BatchNorm", kResnetJob, {"learner.optimizer.sgd.momentum=0.9", "stop.steps=2"}, kNeedsMlp},
    {"Cnn",
     kMlpJob,
     {"learner.model={cnn: {channels: [3, 4], features: 8, dropout: 0.5}}"},
     kNeedsMlp},
    {"Vgg",
     kResnetJob,
     {"data={cifar10: {train: 32, validation: 8, test: 8}}",
      "learner.model={vgg: {width: 2, dropout: 0.2}}", "stop.steps=2"},
     kNeedsMlp},
    {"WideResnet",
     kResnetJob,
     {"learner.model={wide_resnet: {blocks: 1, widening: 1, dropout: 0.2}}", "stop.steps=2"},
     kNeedsMlp},
    {"Vit",
     kResnetJob,
     {"learner.model={vit: {width: 8, depth: 2, heads: 2, dropout: 0.2}}", "stop.steps=2"},
     kNeedsMlp},
    {"Points", kGameJob, {}, AllBut({"game_drift", "game_jacobian", "parameter_norm"})},
    {"Gan",
     kGanJob,
     {"game.order=alternating"},
     AllBut({"game_drift", "game_jacobian", "generated_samples", "parameter_norm"})},
    {"NoBatchNorm",
     kResnetJob,
     {"learner.model.resnet.batch_norm=false", "stop.steps=2"},
     kNeedsMlp},
};

// design.md's second promise: measuring does not disturb the run.
class NeutralityTest : public testing::TestWithParam<NeutralityCase> {};

TEST_P(NeutralityTest, AllProbesLeaveWeightsAndBuffersBitwiseAlike) {
  const TemporaryFolder without, with;
  for (const auto* folder : {&without, &with}) {
    WriteSmallMnist(folder->path());
    WriteGzip(folder->path() / "digits/digits.csv.gz", DigitsCsv());
    WriteCifar10(folder->path());
  }
  Recorder nothing, everything;
  std::set<std::string> refused;
  const v1::JobSpec spec = Job(GetParam().job, GetParam().overrides);
  const v1::JobSpec measured = WithAllProbes(spec, 2, &refused);
  if (!spec.has_game()) {
    if (spec.data_size() == 1) refused.erase("ood_detection");  // needs a second one
    for (const std::string& probe : kOfGames) EXPECT_EQ(refused.erase(probe), 1u);
  }
  EXPECT_EQ(refused, GetParam().refused);
  ASSERT_EQ(RunIn(without.path(), spec, nothing).outcome(), v1::OUTCOME_SUCCEEDED);
  ASSERT_EQ(RunIn(with.path(), measured, everything).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_TRUE(BitwiseEqual(WeightsIn(without.path()), WeightsIn(with.path())));
  EXPECT_FALSE(everything.StepsOf(spec.has_game() ? "eigenvalue_real" : "eigenvalue").empty());
}

INSTANTIATE_TEST_SUITE_P(Runs, NeutralityTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// The names of the family's methods that `chosen` picks in the cases.
template <typename Chosen>
std::set<std::string> MethodsInCases(const Chosen& chosen) {
  std::set<std::string> methods;
  for (const NeutralityCase& test : kCases) {
    const auto message = chosen(Job(test.job, test.overrides));
    const auto* family = message.GetDescriptor()->oneof_decl(0);
    const auto* method = message.GetReflection()->GetOneofFieldDescriptor(message, family);
    if (method != nullptr) methods.insert(method->name());  // a player has no objective
  }
  return methods;
}

std::set<std::string> MethodsOf(const google::protobuf::Descriptor& family) {
  std::set<std::string> methods;
  const auto* oneof = family.oneof_decl(0);
  for (int i = 0; i < oneof->field_count(); ++i) methods.insert(oneof->field(i)->name());
  return methods;
}

TEST(NeutralityCasesTest, HoldEveryModelObjectiveAndOptimizerOfTheContract) {
  const auto model = [](const v1::JobSpec& spec) { return spec.learners(0).model(); };
  const auto objective = [](const v1::JobSpec& spec) { return spec.learners(0).objective(); };
  const auto optimizer = [](const v1::JobSpec& spec) { return spec.learners(0).optimizer(); };
  EXPECT_EQ(MethodsInCases(model), MethodsOf(*v1::Model::descriptor()));
  EXPECT_EQ(MethodsInCases(objective), MethodsOf(*v1::Objective::descriptor()));
  EXPECT_EQ(MethodsInCases(optimizer), MethodsOf(*v1::Optimizer::descriptor()));
}

}  // namespace
}  // namespace geometer::trainer
