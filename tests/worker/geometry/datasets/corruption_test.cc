#include "worker/geometry/datasets/corruption.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>

namespace geometer::geometry {
namespace {

constexpr int64_t kCount = 10'000;
constexpr int64_t kClasses = 10;

at::Tensor Clean() { return at::arange(kCount).remainder(kClasses); }

at::Tensor Corrupt(double share, uint64_t seed = 0) {
  return Corrupted(Clean(), {share, kClasses, seed});
}

// round(share·N) labels are drawn from all k classes, so each is wrong with probability 1 − 1/k.
TEST(CorruptionTest, TheStatedShareOfLabelsIsExpectedToBeWrong) {
  for (const double share : {0.0, 0.2, 0.5, 1.0}) {
    const double replaced = share * kCount;
    const double wrong = Corrupt(share).ne(Clean()).sum().item<double>();
    EXPECT_NEAR(wrong, 0.9 * replaced, 5 * std::sqrt(0.09 * replaced)) << share;
  }
}

// At share 1 old and new label are independent: each of the k² pairs has probability 1/k².
TEST(CorruptionTest, WhollyCorruptedLabelsAreIndependentOfTheOldOnes) {
  const at::Tensor pairs = Clean() * kClasses + Corrupt(1);
  const double expected = kCount / 100.0;
  const at::Tensor counts = pairs.bincount({}, 100).to(at::kDouble);
  const double chi_squared = (counts - expected).square().sum().item<double>() / expected;
  EXPECT_NEAR(chi_squared, 90, 5 * std::sqrt(180.0));  // the old label's counts are fixed
}

TEST(CorruptionTest, ALargerShareOnlyCorruptsMoreLabels) {
  const at::Tensor little = Corrupt(0.2), much = Corrupt(0.6);
  const at::Tensor changed = little.ne(Clean());
  EXPECT_TRUE(at::equal(little.masked_select(changed), much.masked_select(changed)));
}

TEST(CorruptionTest, TheSeedDecides) {
  EXPECT_TRUE(at::equal(Corrupt(0.5, 1), Corrupt(0.5, 1)));
  EXPECT_FALSE(at::equal(Corrupt(0.5, 1), Corrupt(0.5, 2)));
}

}  // namespace
}  // namespace geometer::geometry
