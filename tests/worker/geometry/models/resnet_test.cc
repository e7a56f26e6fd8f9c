#include "worker/geometry/models/resnet.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

TEST(ResNet18Test, NamesOfTheFirstAndLastParametersAreTorchvisions) {
  const auto model = MakeResNet({});
  const std::vector<std::string>& names = model->parameter_names();
  EXPECT_EQ(names.size(), 62u);  // as torchvision.models.resnet18
  EXPECT_THAT(std::vector(names.begin(), names.begin() + 6),
              ElementsAre("conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight",
                          "layer1.0.bn1.weight", "layer1.0.bn1.bias"));
  EXPECT_THAT(std::vector(names.end() - 2, names.end()), ElementsAre("fc.weight", "fc.bias"));
}

TEST(ResNet18Test, NamesOfADownsamplingBlockAreTorchvisions) {
  const auto model = MakeResNet({});
  const std::vector<std::string>& names = model->parameter_names();
  EXPECT_THAT(std::vector(names.begin() + 15, names.begin() + 24),
              ElementsAre("layer2.0.conv1.weight", "layer2.0.bn1.weight", "layer2.0.bn1.bias",
                          "layer2.0.conv2.weight", "layer2.0.bn2.weight", "layer2.0.bn2.bias",
                          "layer2.0.downsample.0.weight", "layer2.0.downsample.1.weight",
                          "layer2.0.downsample.1.bias"));
}

TEST(ResNet18Test, BuffersAreTheStatisticsOfTwentyNormalisations) {
  const auto model = MakeResNet({});
  const std::vector<std::string>& names = model->buffer_names();
  EXPECT_EQ(names.size(), 60u);
  EXPECT_THAT(std::vector(names.begin(), names.begin() + 3),
              ElementsAre("bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"));
  EXPECT_THAT(names, Contains("layer4.0.downsample.1.running_var"));
}

// The CIFAR variant of width 64 is known to have 11,173,962 parameters.
TEST(ResNet18Test, HasTheKnownNumberOfParameters) {
  const auto model = MakeResNet({});
  int64_t count = 0;
  for (const at::Tensor& p : model->Initialize(0, at::kFloat).parameters) count += p.numel();
  EXPECT_EQ(count, 11'173'962);
}

TEST(ResNet18Test, WithoutBatchNormConvolutionsHaveBiases) {
  const auto model = MakeResNet({.batch_norm = false});
  EXPECT_TRUE(model->buffer_names().empty());
  EXPECT_EQ(model->parameter_names().size(), 42u);
  EXPECT_THAT(model->parameter_names(), Contains("layer2.0.downsample.0.bias"));
  EXPECT_THAT(model->parameter_names(), Not(Contains("bn1.weight")));
}

class ResNet18Shapes : public testing::TestWithParam<std::vector<int64_t>> {};

TEST_P(ResNet18Shapes, MapsImagesToLogits) {
  const auto model = MakeResNet({.channels = GetParam()[1], .outputs = 10, .width = 4});
  const Variables fresh = model->Initialize(0, at::kFloat);
  const ForwardResult result = model->Forward(
      fresh.parameters, fresh.buffers, Noise(GetParam(), "images").to(at::kFloat), Mode::kTraining);
  EXPECT_THAT(result.output.sizes().vec(), ElementsAre(GetParam()[0], 10));
  const int64_t side = (GetParam()[2] + 7) / 8;  // halved three times, rounded up
  EXPECT_THAT(result.activations[3].tensor.sizes().vec(),
              ElementsAre(GetParam()[0], 32, side, side));
  EXPECT_EQ(result.activations.back().name, "features");
}

INSTANTIATE_TEST_SUITE_P(RealImages, ResNet18Shapes,
                         testing::Values(std::vector<int64_t>{2, 1, 28, 28},
                                         std::vector<int64_t>{2, 3, 32, 32},
                                         std::vector<int64_t>{2, 1, 8, 8}));

TEST(ResNet18Test, TrainingReturnsNewStatisticsAndLeavesTheOldOnesAlone) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  Tensors before;
  for (const at::Tensor& buffer : problem.network.buffers) before.push_back(buffer.clone());
  const Tensors after = problem.network.Forward(problem.examples.inputs, Mode::kTraining).buffers;
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(at::equal(problem.network.buffers[i], before[i])) << i;
    EXPECT_FALSE(at::equal(after[i], before[i])) << i;
  }
}

// PyTorch's rule: running ← 0.9 running + 0.1 batch, the batch's variance unbiased.
TEST(ResNet18Test, RunningStatisticsMoveATenthOfTheWay) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  const at::Tensor& x = problem.examples.inputs;
  const at::Tensor y = at::conv2d(x, problem.network.params[0], {}, 1, 1);
  const Tensors& old = problem.network.buffers;
  const Tensors now = problem.network.Forward(x, Mode::kTraining).buffers;
  EXPECT_TRUE(at::allclose(now[0], 0.9 * old[0] + 0.1 * y.mean({0, 2, 3}), 1e-12));
  const at::Tensor variance = y.transpose(0, 1).flatten(1).var(1);
  EXPECT_TRUE(at::allclose(now[1], 0.9 * old[1] + 0.1 * variance, 1e-12));
  EXPECT_EQ(now[2].item<int64_t>(), old[2].item<int64_t>() + 1);
}

TEST(ResNet18Test, EvaluationOfAnExampleDoesNotDependOnItsBatch) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  const at::Tensor all = problem.network.Forward(problem.examples.inputs, Mode::kEvaluation).output;
  const at::Tensor one =
      problem.network.Forward(problem.examples.Slice(3, 4).inputs, Mode::kEvaluation).output;
  EXPECT_TRUE(at::allclose(all.slice(0, 3, 4), one, 1e-12));
}

TEST(ResNet18Test, WithoutBatchNormTheScaleSurvivesTheDepth) {
  const auto model = MakeResNet({.channels = 3, .width = 16, .batch_norm = false});
  const Variables fresh = model->Initialize(2, at::kFloat);
  const at::Tensor images = Noise({4, 3, 32, 32}, "images").to(at::kFloat);
  const ForwardResult result = model->Forward(fresh.parameters, {}, images, Mode::kTraining);
  const at::Tensor deepest = result.activations[3].tensor;
  EXPECT_LT(deepest.square().mean().item<double>(), 16);
  EXPECT_GT(deepest.square().mean().item<double>(), 1.0 / 16);
}

}  // namespace
}  // namespace geometer::geometry
