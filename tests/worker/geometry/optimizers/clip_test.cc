#include "worker/geometry/optimizers/clip.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace geometer::geometry {
namespace {

TEST(ClipNormTest, ShortensTheWholeGradientToItsLimit) {
  Tensors gradients = {at::tensor({3.0}, at::kDouble), at::tensor({4.0}, at::kDouble)};
  ClipNorm(gradients, 2.5);
  EXPECT_DOUBLE_EQ(gradients[0].item<double>(), 1.5);
  EXPECT_DOUBLE_EQ(gradients[1].item<double>(), 2);
  ClipNorm(gradients, 10);
  EXPECT_DOUBLE_EQ(gradients[1].item<double>(), 2);
}

}  // namespace
}  // namespace geometer::geometry
