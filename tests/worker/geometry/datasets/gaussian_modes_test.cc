#include "worker/geometry/datasets/gaussian_modes.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace geometer::geometry {
namespace {

constexpr int64_t kEach = 4000;

at::Tensor OfMode(const RawDataset& data, int64_t mode) {
  return data.train.inputs.index({data.train.targets.eq(mode)});
}

// The mean of kEach points of deviation s is within 5·s/√kEach.
void ExpectCentre(const RawDataset& data, int64_t mode, double x, double y, double deviation) {
  const at::Tensor points = OfMode(data, mode);
  ASSERT_EQ(points.size(0), kEach);
  const double error = 5 * deviation / std::sqrt(static_cast<double>(kEach));
  EXPECT_NEAR(points.mean(0)[0].item<double>(), x, error);
  EXPECT_NEAR(points.mean(0)[1].item<double>(), y, error);
  EXPECT_NEAR(points.std(0, true, false).mean().item<double>(), deviation, error);
}

TEST(GaussianModesTest, RingOfEight) {
  const RawDataset data = MakeGaussianModes({.sizes = {.train = 8 * kEach}});
  for (int64_t mode = 0; mode < 8; ++mode) {
    const double angle = static_cast<double>(mode) * std::numbers::pi / 4;
    ExpectCentre(data, mode, 2 * std::cos(angle), 2 * std::sin(angle), 0.1);
  }
  EXPECT_EQ(data.classes, 8);
}

// MG M9: {−4, −2, 0, 2, 4}².
TEST(GaussianModesTest, GridOfTwentyFive) {
  const RawDataset data = MakeGaussianModes({.layout = ModeLayout::kGrid,
                                             .modes = 25,
                                             .extent = 4,
                                             .deviation = 0.05,
                                             .sizes = {.train = 25 * kEach}});
  for (int64_t mode = 0; mode < 25; ++mode) {
    ExpectCentre(data, mode, 2 * static_cast<double>(mode % 5) - 4,
                 2 * static_cast<double>(mode / 5) - 4, 0.05);
  }
}

TEST(GaussianModesTest, AGridNeedsASquareNumber) {
  EXPECT_THROW(MakeGaussianModes({.layout = ModeLayout::kGrid, .modes = 8}), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
