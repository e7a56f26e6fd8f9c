#include "worker/geometry/random.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

at::Tensor Draw(uint64_t seed, std::string_view stream, uint64_t index) {
  return at::empty({1000}, at::kDouble).uniform_(0, 1, MakeGenerator(seed, stream, index));
}

TEST(RandomTest, AStreamIsAFunctionOfItsThreeArguments) {
  EXPECT_TRUE(at::equal(Draw(1, "shuffle", 2), Draw(1, "shuffle", 2)));
}

TEST(RandomTest, ChangingAnyArgumentChangesTheStream) {
  const at::Tensor base = Draw(1, "shuffle", 2);
  EXPECT_FALSE(at::equal(base, Draw(2, "shuffle", 2)));
  EXPECT_FALSE(at::equal(base, Draw(1, "split", 2)));
  EXPECT_FALSE(at::equal(base, Draw(1, "shuffle", 3)));
  EXPECT_FALSE(at::equal(Draw(1, "shuffle", 2), Draw(2, "shuffle", 1)));
}

TEST(RandomTest, TheHighBitsOfASeedCount) {
  EXPECT_FALSE(at::equal(Draw(1, "split", 0), Draw(1 | uint64_t{1} << 40, "split", 0)));
}

// 32 streams of 1,000 numbers: |r| has deviation 1/√1000 = 0.032, and 5 deviations are allowed.
TEST(RandomTest, NeighbouringStreamsAreUncorrelated) {
  Tensors rows;
  for (uint64_t index = 0; index < 32; ++index) rows.push_back(Draw(0, "probe", index));
  const at::Tensor correlation = at::stack(rows).corrcoef().fill_diagonal_(0).abs();
  EXPECT_LT(correlation.max().item<double>(), 0.16);
}

// These numbers may never change: every recorded run depends on them.
TEST(RandomTest, StreamsAreTheSameForEver) {
  const at::Tensor order = Permutation(8, MakeGenerator(3, "shuffle", 1));
  const std::vector<int64_t> got(order.data_ptr<int64_t>(), order.data_ptr<int64_t>() + 8);
  EXPECT_EQ(got, (std::vector<int64_t>{1, 5, 4, 2, 7, 3, 0, 6}));
  EXPECT_DOUBLE_EQ(Draw(0, "initialize", 0)[0].item<double>(), 0.18412491559413391);
}

TEST(RandomTest, APermutationHoldsEveryIndexOnce) {
  const at::Tensor order = Permutation(100, MakeGenerator(0, "split"));
  EXPECT_EQ(std::get<0>(order.sort()).diff().ne(1).sum().item<int64_t>(), 0);
  EXPECT_EQ(order.min().item<int64_t>(), 0);
}

}  // namespace
}  // namespace geometer::geometry
