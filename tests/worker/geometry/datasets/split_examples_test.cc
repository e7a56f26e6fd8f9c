#include "worker/geometry/datasets/split_examples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

const Normalization kMap{{0.4, 0.6}, {0.2, 0.5}, 255};

at::Tensor Pictures() { return (Noise({9, 2, 4, 5}, "pictures") * 40 + 128).to(at::kByte); }

// The pictures as bytes in the order 8 … 0, with their places as targets.
SplitExamples Stored(at::ScalarType dtype = at::kFloat) {
  const at::Tensor rows = at::arange(8, -1, -1, at::kLong);
  return {Pictures(), rows, rows, kMap, dtype};
}

// The same examples, ready.
SplitExamples Ready() {
  const at::Tensor rows = at::arange(8, -1, -1, at::kLong);
  const at::Tensor black = Normalized(at::zeros({1, 2}, at::kByte), kMap, at::kFloat).flatten();
  return {{Normalized(Pictures(), kMap, at::kFloat).index_select(0, rows), rows}, black};
}

TEST(SplitExamplesTest, BytesBecomeBitwiseWhatNormalisingThemGives) {
  for (const auto dtype : {at::kFloat, at::kDouble}) {
    const at::Tensor expected = Normalized(Pictures(), kMap, dtype).flip(0);
    EXPECT_TRUE(at::equal(Stored(dtype).All().inputs, expected));
  }
}

TEST(SplitExamplesTest, TakesExamplesInTheOrderAskedFor) {
  const at::Tensor indices = at::tensor({4, 0, 4}, at::kLong);
  for (const SplitExamples& split : {Stored(), Ready()}) {
    const Examples taken = split.Take(indices);
    EXPECT_TRUE(at::equal(taken.targets, at::tensor({4, 8, 4}, at::kLong)));
    EXPECT_TRUE(at::equal(taken.inputs, Ready().All().inputs.index_select(0, indices)));
  }
}

// A view is a crop of the padded picture, mirrored afterwards.
TEST(SplitExamplesTest, AViewIsACropOfThePaddedPicture) {
  const View view{.down = 2, .right = -1, .mirrored = true};
  const at::Tensor raw = Pictures().slice(0, 3, 4);  // example 5 of the reversed order
  const at::Tensor padded = at::constant_pad_nd(raw, {3, 3, 3, 3}, 0);
  const at::Tensor crop = padded.slice(2, 3 + 2, 3 + 2 + 4).slice(3, 3 - 1, 3 - 1 + 5);
  const at::Tensor expected = Normalized(at::flip(crop, {3}), kMap, at::kFloat);
  for (const SplitExamples& split : {Stored(), Ready()}) {
    const Examples taken = split.Take(at::tensor({5}, at::kLong), std::vector<View>{view});
    EXPECT_TRUE(at::equal(taken.inputs, expected));
  }
}

TEST(SplitExamplesTest, AViewBeyondThePictureIsBlack) {
  const std::vector<View> views{{.down = 4}, {.right = -5}};
  const at::Tensor black = Stored().Take(at::tensor({0, 1}, at::kLong), views).inputs;
  EXPECT_TRUE(at::equal(black.select(1, 0), at::full({2, 4, 5}, -2.0f)));
}

TEST(SplitExamplesTest, AnIndexBeyondTheSplitIsAMistake) {
  EXPECT_ANY_THROW(Stored().Take(at::tensor({9}, at::kLong)));
  EXPECT_ANY_THROW(Stored().Take(at::tensor({-1}, at::kLong)));
}

TEST(SplitExamplesTest, AnEmptySplitHasSizeZero) { EXPECT_EQ(SplitExamples().size(), 0); }

}  // namespace
}  // namespace geometer::geometry
