#include "worker/geometry/datasets/normalization.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

using Kind = NormalizationOptions::Kind;
using testing::DoubleNear;
using testing::ElementsAre;

at::Tensor Bytes() { return (Noise({50, 3, 4, 4}, "bytes") * 30 + 120).to(at::kByte); }

at::Tensor AllRows(const at::Tensor& inputs) { return at::arange(inputs.size(0), at::kLong); }

Normalization Fit(const at::Tensor& inputs, double maximum, const NormalizationOptions& options) {
  return FitNormalization(inputs, AllRows(inputs), maximum, options).value();
}

TEST(NormalizationTest, BytesAndTheSameNumbersAsDoublesAgree) {
  for (const Kind kind : {Kind::kPerChannel, Kind::kGlobal}) {
    const Normalization bytes = Fit(Bytes(), 255, {.kind = kind});
    const Normalization doubles = Fit(Bytes().to(at::kDouble), 255, {.kind = kind});
    for (size_t c = 0; c < bytes.mean.size(); ++c) {
      EXPECT_NEAR(bytes.mean[c], doubles.mean[c], 1e-13);
      EXPECT_NEAR(bytes.deviation[c], doubles.deviation[c], 1e-13);
    }
  }
}

TEST(NormalizationTest, GlobalStandardisesAllValuesTogether) {
  const at::Tensor inputs = Bytes();
  const Normalization map = Fit(inputs, 255, {.kind = Kind::kGlobal});
  EXPECT_EQ(map.mean.size(), 1);
  const at::Tensor values = Normalized(inputs, map, at::kDouble);
  EXPECT_NEAR(values.mean().item<double>(), 0, 1e-12);
  EXPECT_NEAR(values.std(/*unbiased=*/false).item<double>(), 1, 1e-12);
}

TEST(NormalizationTest, ColumnsOfATableAreStandardisedEach) {
  const at::Tensor table = Noise({40, 3}, "table") * at::tensor({1.0, 5.0, 0.1}, at::kDouble) + 7;
  const at::Tensor values = Normalized(table, Fit(table, 1, {}), at::kDouble);
  EXPECT_LT(values.mean(0).abs().max().item<double>(), 1e-12);
  EXPECT_LT((values.std(0, /*unbiased=*/false) - 1).abs().max().item<double>(), 1e-12);
}

TEST(NormalizationTest, OnlyTheRowsGivenAreMeasured) {
  const at::Tensor inputs = Bytes();
  const at::Tensor rows = at::arange(10, at::kLong);
  EXPECT_EQ(FitNormalization(inputs, rows, 255, {})->mean,
            Fit(inputs.slice(0, 0, 10), 255, {}).mean);
}

TEST(NormalizationTest, NoneScalesToTheMaximumOnly) {
  const Normalization map = Fit(Bytes(), 255, {.kind = Kind::kNone});
  EXPECT_THAT(map.mean, ElementsAre(0));
  EXPECT_TRUE(at::allclose(Normalized(Bytes(), map, at::kDouble), Bytes().to(at::kDouble) / 255));
}

TEST(NormalizationTest, GivenNumbersAreForEachChannelOrForAll) {
  const NormalizationOptions one{Kind::kGiven, {0.5}, {0.25}};
  const NormalizationOptions three{Kind::kGiven, {0.1, 0.2, 0.3}, {1, 2, 4}};
  EXPECT_THAT(Fit(Bytes(), 255, one).deviation, ElementsAre(0.25));
  const at::Tensor values = Normalized(Bytes(), Fit(Bytes(), 255, three), at::kDouble);
  const at::Tensor expected = (Bytes().select(1, 2).to(at::kDouble) / 255 - 0.3) / 4;
  EXPECT_TRUE(at::allclose(values.select(1, 2), expected));
}

TEST(NormalizationTest, GivenNumbersForOtherChannelsAreRefused) {
  const NormalizationOptions two{Kind::kGiven, {0.5, 0.5}, {1, 1}};
  EXPECT_EQ(FitNormalization(Bytes(), AllRows(Bytes()), 255, two).status().message(),
            "normalization.given: 2 means and 2 deviations, for data of 3 channels");
}

TEST(NormalizationTest, TheRawInputsStayAsTheyAre) {
  const at::Tensor inputs = Noise({5, 2}, "raw");
  const at::Tensor before = inputs.clone();
  Normalized(inputs, {{1}, {2}, 1}, at::kDouble);
  EXPECT_TRUE(at::allclose(inputs, before));
}

}  // namespace
}  // namespace geometer::geometry
