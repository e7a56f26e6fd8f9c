#include "worker/trainer/measuring.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

std::vector<Sample> SamplesOf(const v1::JobSpec& spec) {
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {{}, spec.seed(), at::kFloat});
  const Training training = BuildTraining(spec, *data).value();
  return Measuring::Make(spec, training)->Samples();
}

// All values of float64 measurements of the first and the last step, with `chunk` examples at once.
std::vector<double> ValuesInChunks(const char* job, uint32_t chunk) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  v1::JobSpec spec = WithAllProbes(Job(job, {"dtype=float64", "stop.steps=1"}), 1);
  for (v1::Probe& probe : *spec.mutable_probes()) probe.set_chunk(chunk);
  EXPECT_EQ(RunIn(folder.path(), spec, recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  std::vector<double> values;
  for (const v1::Points& points : recorder.Points()) {
    values.insert(values.end(), points.value().begin(), points.value().end());
  }
  return values;
}

class ChunkTest : public testing::TestWithParam<const char*> {};

TEST_P(ChunkTest, AShortLastChunkChangesNothingBeyondRounding) {
  const std::vector<double> whole = ValuesInChunks(GetParam(), 6);
  const std::vector<double> parts = ValuesInChunks(GetParam(), 4);  // 4 examples, then 2
  ASSERT_EQ(parts.size(), whole.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    if (std::isnan(whole[i]) && std::isnan(parts[i])) continue;
    EXPECT_NEAR(parts[i], whole[i], 1e-8 * (1 + std::abs(whole[i]))) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(FunctionMlpResnet, ChunkTest,
                         testing::Values(kFunctionJob, kMlpJob, kResnetJob));

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
