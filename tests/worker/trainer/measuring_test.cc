#include "worker/trainer/measuring.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <set>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

// design.md's second promise: measuring does not disturb the run.
class NeutralityTest : public testing::TestWithParam<const char*> {};

TEST_P(NeutralityTest, AllProbesLeaveTheWeightsBitwiseAlike) {
  const TemporaryFolder without, with;
  Recorder recorder;
  for (const auto* folder : {&without, &with}) WriteSmallMnist(folder->path());
  const v1::JobSpec spec = Job(GetParam(), {"learner.optimizer.sgd.momentum=0.9"});
  ASSERT_EQ(RunIn(without.path(), spec, recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  ASSERT_EQ(RunIn(with.path(), WithAllProbes(spec, 2), recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_TRUE(BitwiseEqual(WeightsIn(without.path()), WeightsIn(with.path())));
  EXPECT_FALSE(recorder.StepsOf("eigenvalue").empty());
}

INSTANTIATE_TEST_SUITE_P(Networks, NeutralityTest, testing::Values(kMlpJob, kResnetJob),
                         [](const auto& test) { return test.index == 0 ? "Mlp" : "Resnet"; });

std::vector<Sample> SamplesOf(const v1::JobSpec& spec) {
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {{}, spec.seed(), at::kFloat});
  const Training training = BuildTraining(spec, *data).value();
  return Measuring::Make(spec, training)->Samples();
}

TEST(MeasuringTest, ASampleHasDistinctExamplesOfItsSize) {
  const auto samples = SamplesOf(Job(kFunctionJob, {"probes[0].examples=4"}));
  const at::Tensor indices = samples.at(0).indices;
  const std::set<int64_t> distinct(indices.data_ptr<int64_t>(),
                                   indices.data_ptr<int64_t>() + indices.numel());
  EXPECT_EQ(distinct.size(), 4u);
}

TEST(MeasuringTest, AnotherProbeDoesNotChangeTheSampleOfTheFirst) {
  const v1::JobSpec one = Job(kFunctionJob, {"probes[0].examples=4"});
  const v1::JobSpec two =
      Job(kFunctionJob, {"probes=[{gradient_norm: {}, every: {steps: 1}, examples: 3}, {loss: {}, "
                         "every: {steps: 9}, examples: 4}]"});
  EXPECT_TRUE(at::equal(SamplesOf(one).at(0).indices, SamplesOf(two).at(1).indices));
}

TEST(MeasuringTest, TheSampleDependsOnTheSeed) {
  const auto sample = [](const char* seed) {
    return SamplesOf(Job(kFunctionJob, {"data.function.train=100", "probes[0].examples=50", seed}))
        .at(0)
        .indices;
  };
  EXPECT_FALSE(at::equal(sample("seed=0"), sample("seed=1")));
}

TEST(MeasuringTest, AProbeThatReadsNoDataIsMeasuredOnceAndHasNoSplit) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), WithAllProbes(Job(kFunctionJob), 10), recorder);
  EXPECT_THAT(recorder.StepsOf("parameter_norm"), testing::ElementsAre(0, 10));
  EXPECT_THAT(recorder.StepsOf("gradient_norm"), testing::ElementsAre(0, 0, 0, 10, 10, 10));
}

TEST(MeasuringTest, AllColumnsOfPointsHaveOneLength) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), WithAllProbes(Job(kFunctionJob), 5), recorder);
  for (const v1::Points& points : recorder.Points()) {
    const int size = points.step_size();
    EXPECT_EQ(points.series_index_size(), size);
    EXPECT_EQ(points.value_size(), size);
    EXPECT_EQ(points.convergence_size(), size);
    EXPECT_EQ(points.elapsed_size(), size);
  }
}

}  // namespace
}  // namespace geometer::trainer
