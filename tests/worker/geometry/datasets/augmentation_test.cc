#include "worker/geometry/datasets/augmentation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kMany = 20'000;

std::vector<View> Draw(const Augmentation& options, uint64_t step = 0) {
  return DrawViews(kMany, options, MakeGenerator(3, "augmentation", step));
}

// Each of the 2·padding + 1 shifts has the same probability p: a count is within five deviations
// √(np(1 − p)) of np.
TEST(AugmentationTest, ShiftsAreUniformUpToThePadding) {
  std::map<int64_t, int> down, right;
  for (const View& view : Draw({.padding = 2})) ++down[view.down], ++right[view.right];
  for (const auto& counts : {down, right}) {
    EXPECT_EQ(counts.size(), 5);
    EXPECT_EQ(counts.begin()->first, -2);
    for (const auto& [shift, count] : counts) {
      EXPECT_NEAR(count, kMany / 5.0, 5 * std::sqrt(kMany * 0.16)) << shift;
    }
  }
}

TEST(AugmentationTest, HalfOfThePicturesAreMirrored) {
  int64_t mirrored = 0;
  for (const View& view : Draw({.flip = true})) mirrored += view.mirrored ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(mirrored), kMany / 2.0, 5 * std::sqrt(kMany * 0.25));
}

TEST(AugmentationTest, FlippingChangesNoShift) {
  const auto with = Draw({.padding = 4, .flip = true}), without = Draw({.padding = 4});
  for (int64_t i = 0; i < kMany; ++i) {
    ASSERT_EQ(with[i].down, without[i].down);
    ASSERT_EQ(with[i].right, without[i].right);
  }
}

TEST(AugmentationTest, EachStepHasItsOwnViews) {
  const auto first = Draw({.padding = 4}, 0), second = Draw({.padding = 4}, 1);
  int64_t equal = 0;
  for (int64_t i = 0; i < kMany; ++i) equal += first[i].down == second[i].down ? 1 : 0;
  EXPECT_LT(equal, kMany / 5);
}

}  // namespace
}  // namespace geometer::geometry
