// The order of two steps on a trained network and the Lie bracket of their losses (GD 4.2).

#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_folder.h"
#include "worker/geometry/probes/lie_bracket.h"
#include "worker/trainer/batches.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

constexpr char kDigitsInTwoTasks[] = R"(
name: bracket
dtype: float64
data: {mnist: {train: 2000, validation: 0, test: 0}}
learner:
  model: {mlp: {hidden: [64], activation: tanh}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 64}
  multitask:
    tasks: [{name: low, classes: [0, 1, 2, 3, 4]}, {name: high, classes: [5, 6, 7, 8, 9]}]
stop: {steps: 400}
)";

// Both tasks of a run at `state` as a probe sees them.
geometry::Subject SubjectOf(const Training& training, const State& state) {
  const Task &first = training.tasks[0], &second = training.tasks[1];
  geometry::Subject subject;
  subject.network = {first.model.get(), state.variables.parameters, {}};
  subject.objective = first.weighted.get();
  subject.sample = first.data.train.All();
  subject.second =
      geometry::SecondLoss{second.model.get(), second.weighted.get(), second.data.train.All()};
  subject.chunk_size = 1000;
  return subject;
}

// |(θ₁₂ − θ₂₁) − h²b| / |h²b| falls linearly in h.
TEST(BracketTheoryTest, TheOrderOfStepsOnTrainedMnistIsTheBracketToFirstOrder) {
  if (!std::filesystem::exists(DataFolder() / "mnist")) {
    GTEST_SKIP() << "to get it: deploy/data.sh mnist";
  }
  const v1::JobSpec spec = Job(kDigitsInTwoTasks);
  const auto data = DatasetLoader().Load(spec.data(0), {DataFolder(), spec.seed(), at::kDouble});
  const Training training = BuildTraining(spec, {data.value()}).value();
  State state = InitialState(training);
  Batches batches(training);
  while (state.step < training.total_steps) ASSERT_TRUE(Advance(training, batches, state));

  geometry::Subject subject = SubjectOf(training, state);
  const auto probe = geometry::MakeLieBracketProbe({.interference = false, .measured = true});
  std::vector<double> errors;
  for (double h = 0.1; h > 0.003; h /= 2) {
    subject.learning_rate = h;
    for (const geometry::Measurement& m : probe->Measure(subject, {}).measurements) {
      if (m.quantity == "order_difference_error") errors.push_back(m.value);
    }
  }
  ASSERT_EQ(errors.size(), 6u);
  EXPECT_LT(errors.front(), 0.2);
  for (size_t i = 1; i < errors.size(); ++i) {
    EXPECT_NEAR(std::log2(errors[i - 1] / errors[i]), 1, 0.1);
  }
}

}  // namespace
}  // namespace geometer::trainer
