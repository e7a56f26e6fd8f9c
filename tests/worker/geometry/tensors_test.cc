#include "worker/geometry/tensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

TEST(TensorsTest, UnflattenUndoesFlatten) {
  const Tensors tensors = {Noise({2, 3}, "a"), Noise({}, "b"), Noise({4}, "c")};
  const Tensors again = Unflatten(Flatten(tensors), tensors);
  for (size_t i = 0; i < tensors.size(); ++i) EXPECT_TRUE(at::equal(tensors[i], again[i]));
}

TEST(TensorsTest, UnflattenRefusesAVectorOfAnotherLength) {
  EXPECT_THROW(Unflatten(Noise({7}, "a"), {Noise({2, 3}, "b")}), c10::Error);
}

TEST(TensorsTest, ByRowsMapsAVectorOrEachOfSeveral) {
  const auto reversed = [](const at::Tensor& v) { return v.flip(0); };
  const at::Tensor rows = Noise({2, 3}, "rows");
  EXPECT_TRUE(at::equal(ByRows(rows[1], reversed), rows[1].flip(0)));
  EXPECT_TRUE(at::equal(ByRows(rows, reversed), rows.flip(1)));
}

TEST(TensorsTest, SquaredNormSumsOverAllTensors) {
  EXPECT_EQ(SquaredNorm({at::tensor({3.0, 4.0}), at::tensor({12.0})}).item<double>(), 169.0);
}

// In float32 the sum would stop at 2²⁴.
TEST(TensorsTest, SquaredNormAccumulatesInDoublePrecision) {
  const at::Tensor ones = at::full({20'000'001}, 1.0, at::kFloat);
  EXPECT_EQ(SquaredNorm({ones}).item<double>(), 20'000'001.0);
}

}  // namespace
}  // namespace geometer::geometry
