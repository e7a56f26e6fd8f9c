#include "worker/geometry/datasets/split.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

// 100 training and 40 test images of two channels, whose targets are their places in the files.
RawDataset Numbered() {
  const auto images = [](int64_t n) {
    return (Noise({n, 2, 3, 3}, "images") * 20 + 100).to(at::kByte);
  };
  return {"numbered", {images(100), at::arange(100)}, {images(40), at::arange(40)}, 100, 255};
}

Dataset Make(const SplitOptions& options, const RawDataset& raw = Numbered()) {
  const absl::StatusOr<Dataset> dataset = Split(raw, options);
  EXPECT_TRUE(dataset.ok()) << dataset.status();
  return *dataset;
}

TEST(SplitTest, TrainingAndValidationPartitionTheOfficialTrainingSplit) {
  const Dataset data = Make({.validation = 30});
  EXPECT_EQ(data.train.size(), 70);
  EXPECT_EQ(data.validation.size(), 30);
  EXPECT_EQ(data.test.size(), 40);
  const at::Tensor all = std::get<0>(at::cat({data.train.targets, data.validation.targets}).sort());
  EXPECT_TRUE(at::equal(all, at::arange(100)));
}

TEST(SplitTest, ASmallerTrainingSplitIsASubsetAndLeavesValidationAlone) {
  const Dataset large = Make({.train = 60, .validation = 30});
  const Dataset small = Make({.train = 20, .validation = 30});
  EXPECT_TRUE(at::equal(large.train.targets.slice(0, 0, 20), small.train.targets));
  EXPECT_TRUE(at::equal(large.validation.targets, small.validation.targets));
}

TEST(SplitTest, TheSeedDecides) {
  EXPECT_TRUE(at::equal(Make({.seed = 1}).train.targets, Make({.seed = 1}).train.targets));
  EXPECT_FALSE(at::equal(Make({.seed = 1}).train.targets, Make({.seed = 2}).train.targets));
}

TEST(SplitTest, TrainingChannelsGetMeanZeroAndDeviationOne) {
  const Dataset data = Make({.validation = 30, .dtype = at::kDouble});
  const at::Tensor channels = data.train.inputs.transpose(0, 1).flatten(1);
  EXPECT_LT(channels.mean(1).abs().max().item<double>(), 1e-12);
  EXPECT_LT((channels.std(1, /*unbiased=*/false) - 1).abs().max().item<double>(), 1e-12);
}

// x = (pixel/255 − mean)/deviation, with the training split's numbers for every split.
TEST(SplitTest, TheRecordedNormalisationIsTheOneApplied) {
  const RawDataset raw = Numbered();
  const Dataset data = Make({.validation = 30, .dtype = at::kDouble}, raw);
  const int64_t place = data.test.targets[0].item<int64_t>();
  const double pixel = raw.test.inputs[place][1][2][0].item<double>() / 255;
  const auto& [mean, deviation, maximum] = data.normalization;
  EXPECT_NEAR(data.test.inputs[0][1][2][0].item<double>(), (pixel - mean[1]) / deviation[1], 1e-12);
  EXPECT_EQ(maximum, 255);
}

TEST(SplitTest, TestExamplesDoNotReachTheStatistics) {
  RawDataset other = Numbered();
  other.test.inputs = at::zeros({40, 2, 3, 3}, at::kByte);
  EXPECT_EQ(Make({}).normalization.mean, Make({}, other).normalization.mean);
}

TEST(SplitTest, AConstantChannelIsCentredNotDividedByZero) {
  RawDataset raw = Numbered();
  raw.train.inputs.select(1, 1).fill_(51);
  const Dataset data = Make({.dtype = at::kDouble}, raw);
  EXPECT_DOUBLE_EQ(data.normalization.mean[1], 0.2);
  EXPECT_EQ(data.normalization.deviation[1], 1);
  EXPECT_NEAR(data.train.inputs.select(1, 1).abs().max().item<double>(), 0, 1e-15);
}

TEST(SplitTest, MoreExamplesThanTheFilesHoldAreRefused) {
  const absl::Status train = Split(Numbered(), {.train = 80, .validation = 30}).status();
  EXPECT_EQ(
      train.message(),
      "numbered: 80 training and 30 validation examples asked for, of 100 that the files hold");
  const absl::Status test = Split(Numbered(), {.test = 41}).status();
  EXPECT_EQ(test.message(), "numbered: 41 test examples asked for, of 40 that the files hold");
  EXPECT_EQ(test.code(), absl::StatusCode::kInvalidArgument);
}

TEST(SplitTest, ATrainingSplitMustHoldAnExample) {
  EXPECT_FALSE(Split(Numbered(), {.validation = 100}).ok());
  EXPECT_FALSE(Split(Numbered(), {.train = 0}).ok());
}

}  // namespace
}  // namespace geometer::geometry
