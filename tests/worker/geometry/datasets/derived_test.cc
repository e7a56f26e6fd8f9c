#include "worker/geometry/datasets/derived.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rot90.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "worker/geometry/datasets/split.h"

namespace geometer::geometry {
namespace {

// Twelve training, four validation and eight test pictures of 7×7 bytes in four classes.
Dataset Pictures(bool in_file = false) {
  const auto pictures = [](int64_t n) {
    return (at::arange(n * 49, at::kLong) * 37 % 251).to(at::kByte).view({n, 1, 7, 7});
  };
  RawDataset raw{
      "numbered", {pictures(16), at::arange(16) % 4}, {pictures(8), at::arange(8) % 4}, 4, 255};
  raw.in_file = in_file;
  return Split(raw, {.validation = 4, .dtype = at::kDouble}).value();
}

TEST(DerivedTest, ClassesKeepTheirExamplesAndLabels) {
  for (const bool in_file : {false, true}) {
    const Dataset data = Pictures(in_file);
    const Dataset part = OfClasses(data, {3, 1}, /*renumber=*/false);
    const at::Tensor kept = (data.test.targets() % 2 == 1).nonzero().flatten();
    EXPECT_EQ(part.classes, 4);
    EXPECT_TRUE(at::equal(part.test.targets(), data.test.targets().index_select(0, kept)));
    EXPECT_TRUE(at::equal(part.test.All().inputs, data.test.Take(kept).inputs));
  }
}

TEST(DerivedTest, ARenumberedClassIsItsPlaceInTheList) {
  const Dataset data = Pictures();
  const at::Tensor same = OfClasses(data, {3, 1}, /*renumber=*/false).train.targets();
  const Dataset part = OfClasses(data, {3, 1}, /*renumber=*/true);
  EXPECT_EQ(part.classes, 2);
  EXPECT_TRUE(at::equal(part.train.targets(), (same == 1).to(at::kLong)));
}

TEST(DerivedTest, AClassThatTheDataLackIsRefused) {
  EXPECT_THROW(OfClasses(Pictures(), {4}, false), std::invalid_argument);
}

// One order for all examples of all splits: sums and squares of each picture stay, places do not.
TEST(DerivedTest, APermutationIsOneForAllSplits) {
  const Dataset data = Pictures();
  const Dataset permuted = Permuted(data, 3, "a");
  const at::Tensor before = data.train.All().inputs, after = permuted.train.All().inputs;
  EXPECT_FALSE(at::equal(before, after));
  const at::Tensor order = std::get<1>(after[0].flatten().sort());
  const at::Tensor place = std::get<1>(before[0].flatten().sort());
  const at::Tensor source = at::zeros({49}, at::kLong).index_put({order}, place);
  EXPECT_TRUE(at::equal(after.flatten(1), before.flatten(1).index_select(1, source)));
  EXPECT_TRUE(at::equal(permuted.test.All().inputs.flatten(1),
                        data.test.All().inputs.flatten(1).index_select(1, source)));
  EXPECT_TRUE(at::equal(permuted.train.targets(), data.train.targets()));
}

TEST(DerivedTest, SeedAndNameDecideAPermutation) {
  const auto inputs = [](uint64_t seed, const char* name) {
    return Permuted(Pictures(), seed, name).train.All().inputs;
  };
  EXPECT_TRUE(at::equal(inputs(3, "a"), inputs(3, "a")));
  EXPECT_FALSE(at::equal(inputs(3, "a"), inputs(3, "b")));
  EXPECT_FALSE(at::equal(inputs(3, "a"), inputs(4, "a")));
}

TEST(DerivedTest, RightAnglesAreExact) {
  const Dataset data = Pictures();
  const at::Tensor inputs = data.test.All().inputs;
  for (const int64_t quarters : {-1, 0, 1, 2, 4}) {
    EXPECT_TRUE(at::equal(Rotated(data, 90.0 * static_cast<double>(quarters)).test.All().inputs,
                          at::rot90(inputs, quarters, {2, 3})))
        << quarters;
  }
}

// The interpolated rotation near a right angle is close to the exact one, in the same direction.
TEST(DerivedTest, InterpolationTurnsTheSameWay) {
  const Dataset data = Pictures();
  const at::Tensor exact = Rotated(data, 90).test.All().inputs;
  const at::Tensor near = Rotated(data, 90 + 1e-7).test.All().inputs;
  EXPECT_TRUE(at::allclose(exact, near, 0, 1e-4));
}

TEST(DerivedTest, WhatComesFromBeyondTheBorderIsBlack) {
  const Dataset data = Pictures();
  const at::Tensor corner = Rotated(data, 45).test.All().inputs.select(2, 0).select(2, 0);
  EXPECT_TRUE(at::allclose(corner, data.test.black().expand_as(corner), 0, 1e-12));
}

TEST(DerivedTest, ColumnsAreNotTurned) {
  const Examples columns = {at::zeros({8, 3}), at::arange(8) % 2};
  const RawDataset raw{"columns", columns, columns, 2, 1};
  EXPECT_THROW(Rotated(Split(raw, {.validation = 2}).value(), 90), std::invalid_argument);
}

}  // namespace
}  // namespace geometer::geometry
