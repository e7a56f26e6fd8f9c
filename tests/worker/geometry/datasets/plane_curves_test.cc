#include "worker/geometry/datasets/plane_curves.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <cmath>

namespace geometer::geometry {
namespace {

constexpr SampleSizes kSizes{.train = 4000, .validation = 10, .test = 20};

at::Tensor Norms(const at::Tensor& points) {
  return at::linalg_vector_norm(points, 2, at::IntArrayRef{1});
}

// The points of class c.
at::Tensor OfClass(const Examples& examples, int64_t c) {
  return examples.inputs.index_select(0, examples.targets.eq(c).nonzero().squeeze(1));
}

// Without noise, (x, y) lies on the upper half of the unit circle, or (1 − x, ½ − y) does.
TEST(TwoMoonsTest, EachMoonIsHalfAUnitCircle) {
  const RawDataset data = MakeTwoMoons({.noise = 0, .sizes = kSizes});
  const at::Tensor first = OfClass(data.train, 0);
  at::Tensor second = OfClass(data.train, 1) * -1;
  second.select(1, 0).add_(1);
  second.select(1, 1).add_(0.5);
  for (const at::Tensor& moon : {first, second}) {
    EXPECT_TRUE(at::allclose(Norms(moon), at::ones({2000}, at::kDouble)));
    EXPECT_GE(moon.select(1, 1).min().item<double>(), 0);
    EXPECT_NEAR(moon.select(1, 0).mean().item<double>(), 0, 5 * std::sqrt(0.5 / 2000));
  }
}

TEST(TwoMoonsTest, NoiseHasTheStatedDeviationInEverySplit) {
  const RawDataset clean = MakeTwoMoons({.noise = 0, .sizes = kSizes});
  const RawDataset noisy = MakeTwoMoons({.noise = 0.3, .sizes = kSizes});
  const at::Tensor noise = noisy.train.inputs - clean.train.inputs;
  EXPECT_NEAR(noise.std().item<double>(), 0.3, 5 * 0.3 / std::sqrt(16000.0));
  EXPECT_FALSE(at::equal(noisy.test.inputs, clean.test.inputs));
}

TEST(TwoMoonsTest, SplitsHaveTheirSizesAndDifferentPoints) {
  const RawDataset data = MakeTwoMoons({.sizes = kSizes});
  EXPECT_EQ(data.train.size(), 4000);
  EXPECT_EQ(data.validation->size(), 10);
  EXPECT_EQ(data.test.size(), 20);
  EXPECT_FALSE(at::equal(data.validation->inputs, data.test.inputs.slice(0, 0, 10)));
  EXPECT_FALSE(
      at::equal(data.train.inputs, MakeTwoMoons({.sizes = kSizes, .seed = 1}).train.inputs));
}

TEST(CirclesTest, EachRingHasItsRadius) {
  const RawDataset data = MakeCircles({.rings = 4, .noise = 0, .sizes = kSizes});
  EXPECT_EQ(data.classes, 4);
  for (int64_t c = 0; c < 4; ++c) {
    const at::Tensor ring = OfClass(data.train, c);
    EXPECT_EQ(ring.size(0), 1000);
    EXPECT_TRUE(at::allclose(Norms(ring), at::full({1000}, (c + 1) / 4.0, at::kDouble)));
    EXPECT_LT(ring.mean(0).abs().max().item<double>(), 5 * std::sqrt(0.5 / 1000));
  }
}

}  // namespace
}  // namespace geometer::geometry
