#include "worker/geometry/datasets/linear_teacher.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/linalg_lstsq.h>
#include <gtest/gtest.h>

#include <cmath>

namespace geometer::geometry {
namespace {

const LinearTeacherOptions kClean{
    .inputs = 6, .outputs = 2, .sizes = {.train = 5000, .validation = 50, .test = 40}};

// The least-squares solution of X Aᵀ = Y, [inputs, outputs].
at::Tensor Solution(const Examples& examples) {
  return std::get<0>(at::linalg_lstsq(examples.inputs, examples.targets));
}

TEST(LinearTeacherTest, EverySplitHasTheSameMatrix) {
  const RawDataset data = MakeLinearTeacher(kClean);
  const at::Tensor matrix = Solution(data.train);
  for (const Examples& split : {data.train, *data.validation, data.test}) {
    EXPECT_TRUE(at::allclose(split.inputs.mm(matrix), split.targets, 1e-10, 1e-12));
  }
}

TEST(LinearTeacherTest, NoiseSparesTheTestSplit) {
  LinearTeacherOptions noisy = kClean;
  noisy.noise = 0.5;
  const RawDataset data = MakeLinearTeacher(noisy), clean = MakeLinearTeacher(kClean);
  const at::Tensor noise = data.train.targets - clean.train.targets;
  EXPECT_NEAR(noise.std().item<double>(), 0.5, 5 * 0.5 / std::sqrt(20'000.0));
  EXPECT_TRUE(at::allclose(data.test.targets, clean.test.targets));
}

// With A_ij ~ N(0, 1/inputs), E y² = 1; here over 400 rows of A.
TEST(LinearTeacherTest, TargetsHaveVarianceNearOne) {
  const RawDataset data =
      MakeLinearTeacher({.inputs = 50, .outputs = 400, .sizes = {.train = 2000}});
  EXPECT_NEAR(data.train.targets.square().mean().item<double>(), 1, 0.05);
}

TEST(LinearTeacherTest, InputsAreStandardNormal) {
  const at::Tensor inputs = MakeLinearTeacher(kClean).train.inputs;
  EXPECT_NEAR(inputs.mean().item<double>(), 0, 5 / std::sqrt(30'000.0));
  EXPECT_NEAR(inputs.std().item<double>(), 1, 5 / std::sqrt(60'000.0));
}

}  // namespace
}  // namespace geometer::geometry
