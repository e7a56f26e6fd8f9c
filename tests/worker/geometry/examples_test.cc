#include "worker/geometry/examples.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace geometer::geometry {
namespace {

Examples Numbered(int64_t n) {
  return {at::arange(n, at::kDouble).unsqueeze(1), at::arange(n, at::kLong)};
}

TEST(ExamplesTest, TheLastChunkIsShorter) {
  const std::vector<Examples> chunks = Chunks(Numbered(10), 4);
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[2].size(), 2);
  EXPECT_EQ(chunks[2].targets[1].item<int64_t>(), 9);
}

TEST(ExamplesTest, AnExactMultipleLeavesNoEmptyChunk) {
  EXPECT_EQ(Chunks(Numbered(8), 4).size(), 2u);
  EXPECT_TRUE(Chunks(Numbered(0), 4).empty());
}

TEST(ExamplesTest, AChunkSizeBelowOneIsRefused) {
  EXPECT_THROW(Chunks(Numbered(8), 0), c10::Error);
}

TEST(ExampleRowsTest, GathersTheRowsOfAllChunksInOrder) {
  const Examples examples = Numbered(10);
  ExampleRows rows(10);
  EXPECT_TRUE(rows.empty());
  for (const Examples& chunk : Chunks(examples, 4)) rows.Append(chunk.targets);
  EXPECT_TRUE(at::equal(rows.all(), examples.targets));
}

TEST(ExampleRowsTest, RefusesToTellOfExamplesThatNeverCame) {
  ExampleRows rows(10);
  rows.Append(Numbered(4).targets);
  EXPECT_THROW(rows.all(), c10::Error);
}

TEST(ExamplesTest, SelectKeepsInputsAndTargetsTogether) {
  const Examples chosen = Numbered(5).Select(at::tensor({4, 0, 4}, at::kLong));
  EXPECT_TRUE(at::equal(chosen.targets, at::tensor({4, 0, 4}, at::kLong)));
  EXPECT_TRUE(at::equal(chosen.inputs.flatten().to(at::kLong), chosen.targets));
}

}  // namespace
}  // namespace geometer::geometry
