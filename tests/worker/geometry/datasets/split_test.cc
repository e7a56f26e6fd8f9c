#include "worker/geometry/datasets/split.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

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

NormalizationOptions AsTheyAre() { return {.kind = NormalizationOptions::Kind::kNone}; }

std::vector<int64_t> Range(int64_t end) {
  std::vector<int64_t> numbers(end);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

TEST(SplitTest, TrainingAndValidationPartitionTheOfficialTrainingSplit) {
  const Dataset data = Make({.validation = 30});
  EXPECT_EQ(data.train.size(), 70);
  EXPECT_EQ(data.validation.size(), 30);
  EXPECT_EQ(data.test.size(), 40);
  const at::Tensor all =
      std::get<0>(at::cat({data.train.targets(), data.validation.targets()}).sort());
  EXPECT_TRUE(at::equal(all, at::arange(100)));
}

TEST(SplitTest, ASmallerTrainingSplitIsASubsetAndLeavesValidationAlone) {
  const Dataset large = Make({.train = 60, .validation = 30});
  const Dataset small = Make({.train = 20, .validation = 30});
  EXPECT_TRUE(at::equal(large.train.targets().slice(0, 0, 20), small.train.targets()));
  EXPECT_TRUE(at::equal(large.validation.targets(), small.validation.targets()));
}

TEST(SplitTest, TheSeedDecides) {
  EXPECT_TRUE(at::equal(Make({.seed = 1}).train.targets(), Make({.seed = 1}).train.targets()));
  EXPECT_FALSE(at::equal(Make({.seed = 1}).train.targets(), Make({.seed = 2}).train.targets()));
}

TEST(SplitTest, TrainingChannelsGetMeanZeroAndDeviationOne) {
  const Dataset data = Make({.validation = 30, .dtype = at::kDouble});
  const at::Tensor channels = data.train.All().inputs.transpose(0, 1).flatten(1);
  EXPECT_LT(channels.mean(1).abs().max().item<double>(), 1e-12);
  EXPECT_LT((channels.std(1, /*unbiased=*/false) - 1).abs().max().item<double>(), 1e-12);
}

// x = (pixel/255 − mean)/deviation, with the training split's numbers for every split.
TEST(SplitTest, TheRecordedNormalisationIsTheOneApplied) {
  const RawDataset raw = Numbered();
  const Dataset data = Make({.validation = 30, .dtype = at::kDouble}, raw);
  const int64_t place = data.test.targets()[0].item<int64_t>();
  const double pixel = raw.test.inputs[place][1][2][0].item<double>() / 255;
  const auto& [mean, deviation, maximum] = data.normalization;
  EXPECT_NEAR(data.test.All().inputs[0][1][2][0].item<double>(), (pixel - mean[1]) / deviation[1],
              1e-12);
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
  EXPECT_NEAR(data.train.All().inputs.select(1, 1).abs().max().item<double>(), 0, 1e-15);
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

// The labels of Numbered() are places in the files: 100 classes with one example each.
TEST(SplitTest, ASubsetOfTheClassesIsNumberedInItsOrder) {
  const RawDataset raw = Numbered();
  const Dataset data = Make({.classes = {70, 3}, .normalization = AsTheyAre()}, raw);
  EXPECT_EQ(data.classes, 2);
  EXPECT_EQ(data.train.size(), 2);
  const int64_t first = data.train.targets()[0].item<int64_t>();
  const at::Tensor expected = raw.train.inputs[first == 0 ? 70 : 3] / 255.0;
  EXPECT_TRUE(at::allclose(data.train.All().inputs[0], expected));
}

TEST(SplitTest, ClassesThatTheDataLackAreRefused) {
  EXPECT_EQ(Split(Numbered(), {.classes = {0, 100}}).status().message(),
            "numbered: classes must be different ones of the 100 that the data have");
  EXPECT_FALSE(Split(Numbered(), {.classes = {1, 1}}).ok());
}

TEST(SplitTest, ValuesHaveNoClassesToChooseOrCorrupt) {
  RawDataset raw = Numbered();
  raw.classes = 0;
  raw.train.targets = raw.test.targets = at::zeros({100, 1}, at::kDouble);
  EXPECT_TRUE(absl::IsInvalidArgument(Split(raw, {.classes = {0, 1}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Split(raw, {.corruption = 0.5}).status()));
}

TEST(SplitTest, CorruptionSparesInputsValidationAndTest) {
  const Dataset clean = Make({.validation = 30}),
                corrupted = Make({.validation = 30, .corruption = 1});
  EXPECT_FALSE(at::equal(clean.train.targets(), corrupted.train.targets()));
  EXPECT_TRUE(at::equal(clean.train.All().inputs, corrupted.train.All().inputs));
  EXPECT_TRUE(at::equal(clean.validation.targets(), corrupted.validation.targets()));
  EXPECT_TRUE(at::equal(clean.test.targets(), corrupted.test.targets()));
}

TEST(SplitTest, PicturesInAFileEqualThoseInMemory) {
  RawDataset stored = Numbered();
  stored.in_file = true;
  const SplitOptions options{.train = 20, .validation = 30, .classes = Range(50)};
  const Dataset lazy = Make(options, stored), ready = Make(options);
  EXPECT_FALSE(lazy.train.is_ready());
  EXPECT_TRUE(at::equal(lazy.train.All().inputs, ready.train.All().inputs));
  EXPECT_TRUE(at::equal(lazy.test.targets(), ready.test.targets()));
}

TEST(SplitTest, DataThatAreMadeKeepTheirSplits) {
  RawDataset made = Numbered();
  made.validation = made.test;
  const Dataset data = Make({.train = 1, .dtype = at::kDouble}, made);
  EXPECT_TRUE(at::equal(data.train.targets(), made.train.targets));
  EXPECT_TRUE(at::equal(data.validation.targets(), made.test.targets));
}

TEST(SetTestsAsideTest, PartitionsTheExamplesAndSmallerPartsAreSubsets) {
  const Examples all = Numbered().train;
  const auto [train, test] = SetTestsAside(all, 30, "numbered/test");
  const at::Tensor both = std::get<0>(at::cat({train.targets, test.targets}).sort());
  EXPECT_TRUE(at::equal(both, at::arange(100)));
  EXPECT_TRUE(at::equal(SetTestsAside(all, 10, "numbered/test").test.targets,
                        test.targets.slice(0, 0, 10)));
}

}  // namespace
}  // namespace geometer::geometry
