#include "worker/trainer/weights.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/geometry/models/resnet.h"
#include "worker/trainer/safetensors.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

// A small ResNet's fresh variables, and those of another seed in a file.
class WeightsTest : public testing::Test {
 protected:
  WeightsTest() {
    for (size_t i = 0; i < saved_.parameters.size(); ++i) {
      file_.tensors.push_back({model_->parameter_names()[i], saved_.parameters[i]});
    }
    for (size_t i = 0; i < saved_.buffers.size(); ++i) {
      file_.tensors.push_back({model_->buffer_names()[i], saved_.buffers[i]});
    }
  }

  at::Tensor& Saved(const std::string& name) {
    for (geometry::NamedTensor& named : file_.tensors) {
      if (named.name == name) return named.tensor;
    }
    throw std::out_of_range(name);
  }

  absl::StatusOr<geometry::Variables> Read(const WeightsOptions& options = {}) {
    EXPECT_TRUE(WriteSafetensors(folder_ / "x.safetensors", file_).ok());
    return ReadWeights(folder_ / "x.safetensors", *model_, fresh_, options);
  }

  std::string Message() { return std::string(Read().status().message()); }

  const std::unique_ptr<geometry::Model> model_ = geometry::MakeResNet({.width = 2});
  const geometry::Variables fresh_ = model_->Initialize(1, at::kFloat);
  const geometry::Variables saved_ = model_->Initialize(2, at::kFloat);
  const TemporaryFolder folder_;
  TensorFile file_;
};

TEST_F(WeightsTest, AreReadBitByBit) {
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(at::equal(geometry::Flatten(read->parameters), geometry::Flatten(saved_.parameters)));
}

TEST_F(WeightsTest, MustBeFiniteNumbers) {
  Saved("fc.bias") = at::zeros({10}) / 0;
  EXPECT_THAT(Message(), HasSubstr("tensor 'fc.bias': expected finite numbers"));
  Saved("fc.bias") = at::zeros({10}, at::kLong);
  EXPECT_THAT(Message(), HasSubstr("tensor 'fc.bias': expected real numbers"));
}

TEST_F(WeightsTest, OfAnotherDtypeAreConverted) {
  Saved("fc.bias") = at::zeros({10}, at::kDouble) + 0.5;
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->parameters.back().scalar_type(), at::kFloat);
  EXPECT_EQ(read->parameters.back()[0].item<double>(), 0.5);
}

TEST_F(WeightsTest, CanLeaveTheOutputLayerFresh) {
  Saved("fc.weight") = at::zeros({1000, 16});
  Saved("fc.bias") = at::zeros({1000});
  const auto read = Read({.output = false});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(at::equal(read->parameters.back(), fresh_.parameters.back()));
  EXPECT_TRUE(at::equal(read->parameters[0], saved_.parameters[0]));
}

TEST_F(WeightsTest, OfAnotherShapeAreNamedWithBothShapes) {
  Saved("fc.weight") = at::zeros({1000, 16});
  EXPECT_THAT(Message(), HasSubstr("tensor 'fc.weight': expected the shape [10, 16], got [1000, "
                                   "16]"));
}

TEST_F(WeightsTest, ThatAreMissingAreNamedWithTheNearest) {
  for (geometry::NamedTensor& named : file_.tensors) {
    if (named.name == "fc.bias") named.name = "fc.bais";
  }
  EXPECT_THAT(Message(), HasSubstr("no tensor 'fc.bias'; did you mean 'fc.bais'?"));
}

TEST_F(WeightsTest, ThatTheNetworkLacksAreRefused) {
  file_.tensors.push_back({"aux.weight", at::zeros({2})});
  EXPECT_THAT(Message(), HasSubstr("tensor 'aux.weight' is none of the network's"));
}

TEST_F(WeightsTest, NeedNoCountsOfBatches) {
  std::erase_if(file_.tensors, [](const geometry::NamedTensor& named) {
    return named.name.ends_with("num_batches_tracked");
  });
  EXPECT_TRUE(Read().ok());
}

TEST_F(WeightsTest, ThatAreNotThereAreNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadWeights(folder_ / "none", *model_, fresh_).status()));
}

// A job's own artifact is where another job goes on from, bit for bit.
TEST(WeightsRunTest, AJobStartsFromWhatAnotherWrote) {
  const TemporaryFolder first, second;
  for (const auto* folder : {&first, &second}) WriteSmallMnist(folder->path());
  Recorder recorder, next;
  ASSERT_EQ(RunIn(first.path(), Job(kMlpJob), recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  std::filesystem::create_directories(second.path() / "weights");
  std::filesystem::copy_file(first.path() / "weights.safetensors",
                             second.path() / "weights/base.safetensors");
  const v1::JobSpec still = Job(kMlpJob, {"learner.model.weights={file: base.safetensors}",
                                          "learner.optimizer.sgd.learning_rate=0"});
  const v1::Finish finish = RunIn(second.path(), still, next);
  ASSERT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_TRUE(BitwiseEqual(WeightsIn(first.path()), WeightsIn(second.path())));
}

}  // namespace
}  // namespace geometer::trainer
