#include "worker/trainer/embedding.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include "proto/contract/file_digest.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/safetensors.h"
#include "worker/trainer/setup.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

constexpr char kTrunk[] = R"(
name: trunk
dtype: float64
data: {mnist: {train: 80, validation: 0, test: 20}, normalization: {none: {}}}
learner:
  model: {mlp: {hidden: [6], activation: tanh}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 8}
stop: {steps: 5}
)";

// A job on the embedding of kTrunk's network, and what kTrunk left.
class EmbeddingTest : public testing::Test {
 protected:
  EmbeddingTest() {
    WriteSmallMnist(folder_.path());
    Recorder recorder;
    const v1::Finish finish = RunIn(folder_.path(), Job(kTrunk), recorder);
    EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
    const auto weights = folder_.path() / "weights.safetensors";
    digest_ = *contract::Sha256OfFile(weights);
    std::filesystem::create_directories(folder_.path() / "artifacts");
    std::filesystem::copy_file(weights, folder_.path() / "artifacts" / digest_);
  }

  std::string Embedding(const std::string& more = "",
                        const std::string& hidden = "hidden: [6], activation: tanh") const {
    return "{parent: {job: 1, sha256: " + digest_ + "}, model: {mlp: {" + hidden + "}}" + more +
           "}";
  }
  absl::StatusOr<Training> SetUpWith(const std::vector<std::string>& overrides) {
    DatasetLoader loader;
    return trainer::SetUp(Job(kTrunk, overrides), folder_.path(), loader);
  }
  // tanh(W x + b), written out.
  at::Tensor FeaturesOf(const at::Tensor& inputs) const {
    const auto weights = WeightsIn(folder_.path());
    return inputs.flatten(1).mm(weights[0].tensor.t()).add(weights[1].tensor).tanh();
  }

  const TemporaryFolder folder_;
  std::string digest_;
};

TEST_F(EmbeddingTest, IsWhatFeedsTheOutputOfTheNetwork) {
  const auto plain = SetUpWith({});
  const auto embedded = SetUpWith({"data.embedding=" + Embedding(", standardize: false")});
  ASSERT_TRUE(embedded.ok()) << embedded.status();
  const auto splits = {&geometry::Dataset::train, &geometry::Dataset::test};
  for (const auto split : splits) {
    const geometry::Examples before = (plain->tasks[0].data.*split).All();
    const geometry::Examples after = (embedded->tasks[0].data.*split).All();
    EXPECT_TRUE(at::allclose(after.inputs, FeaturesOf(before.inputs), 1e-12, 1e-12));
    EXPECT_TRUE(at::equal(after.targets, before.targets));
  }
}

TEST_F(EmbeddingTest, OthersKeepTheirDistanceFromTheFirst) {
  const std::string data =
      "{mnist: {train: 40, validation: 0, test: 10}, normalization: {none: {}}, ";
  const auto training = SetUpWith(
      {"data=[" + data + "classes: [0, 1, 2, 3, 4], name: a, embedding: " + Embedding() + "}, " +
           data + "classes: [5, 6, 7, 8, 9], name: b, embedding: " + Embedding() + "}]",
       "probes=[{ood_detection: {data: b, scores: [mahalanobis_inputs]}, splits: [test], every: "
       "{steps: 1}}]"});
  ASSERT_TRUE(training.ok()) << training.status();
  const at::Tensor first = training->tasks[0].data.train.All().inputs;
  EXPECT_TRUE(at::allclose(first.mean(0), at::zeros({6}, at::kDouble), 0, 1e-12));
  EXPECT_TRUE(at::allclose(first.var(0, /*unbiased=*/false), at::ones({6}, at::kDouble), 0, 1e-9));
  const at::Tensor second = training->outside[0].data.train.All().inputs;
  EXPECT_GT(second.mean(0).abs().max().item<double>(), 1e-3);
}

TEST_F(EmbeddingTest, ALinearModelOnItTrains) {
  Recorder recorder;
  const v1::Finish finish =
      RunIn(folder_.path(),
            Job(kTrunk, {"data.embedding=" + Embedding(), "learner.model={mlp: {hidden: []}}"}),
            recorder);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_EQ(WeightsIn(folder_.path())[0].tensor.size(1), 6);
}

TEST_F(EmbeddingTest, DataThatOnlyProbesLookAtNeedItToo) {
  const std::string data =
      "{mnist: {train: 40, validation: 0, test: 10}, normalization: {none: {}}, ";
  const auto training = SetUpWith(
      {"data=[" + data + "name: a, embedding: " + Embedding() + "}, " + data + "name: b}]",
       "probes=[{ood_detection: {data: b, scores: [mahalanobis_inputs]}, splits: [test], every: "
       "{steps: 1}}]"});
  EXPECT_EQ(training.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(training.status().message()),
      HasSubstr("data b: must have inputs of the shape [6], as the learner's, got [1, 8, 8]"));
}

TEST_F(EmbeddingTest, OfAnotherNetworkThanTheFilesIsRefused) {
  const auto training = SetUpWith({"data.embedding=" + Embedding("", "hidden: [7]")});
  EXPECT_EQ(training.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(training.status().message()), HasSubstr("expected the shape [7, 64]"));
}

TEST_F(EmbeddingTest, OfNoNetworkIsRefused) {
  const auto training = SetUpWith({"data.embedding={parent: {job: 1, sha256: " + digest_ + "}}"});
  EXPECT_THAT(std::string(training.status().message()),
              HasSubstr("data[0].embedding.model: must be given where no server is asked"));
}

}  // namespace
}  // namespace geometer::trainer
