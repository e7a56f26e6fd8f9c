#include "worker/trainer/sources/made.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "tests/worker/trainer/attempts.h"

namespace geometer::trainer {
namespace {

v1::Dataset Data(const std::string& yaml) { return Job("data: {" + yaml + "}").data(0); }

TEST(MadeTest, PointsAreThoseOfTheJob) {
  const auto data = Make(Data("points: {inputs: [-1, 0.5], targets: [3, 4]}").points());
  EXPECT_TRUE(at::equal(data.train.inputs, at::tensor({-1.0, 0.5}, at::kDouble).view({2, 1})));
  EXPECT_TRUE(at::equal(data.train.targets, at::tensor({3.0, 4.0}, at::kDouble).view({2, 1})));
  EXPECT_EQ(data.validation->size(), 0);
  EXPECT_EQ(data.test.size(), 0);
}

TEST(MadeTest, EveryOptionReachesItsLaw) {
  const auto moons = Make(Data("two_moons: {train: 3, validation: 4, test: 5}").two_moons(), 0);
  EXPECT_EQ(moons.train.size(), 3);
  EXPECT_EQ(moons.validation->size(), 4);
  EXPECT_EQ(moons.test.size(), 5);
  EXPECT_EQ(Make(Data("circles: {rings: 7}").circles(), 0).classes, 7);
  const auto gauss =
      Make(Data("gaussian_classes: {class_count: 3, dimension: 2, separation: 5, deviation: 0}")
               .gaussian_classes(),
           0);
  EXPECT_EQ(gauss.train.inputs.size(1), 2);
  EXPECT_NEAR(gauss.train.inputs[0].norm().item<double>(), 5, 1e-12);
  const auto teacher = Make(Data("linear_teacher: {inputs: 4, outputs: 2}").linear_teacher(), 0);
  EXPECT_EQ(teacher.train.inputs.size(1), 4);
  EXPECT_EQ(teacher.train.targets.size(1), 2);
}

// T₄(x) = 8x⁴ − 8x² + 1 on 20 evenly spaced points (GD 5.4).
TEST(MadeTest, AChebyshevPolynomialHasTheDegreeAskedFor) {
  const auto data =
      Make(Data("function: {function: chebyshev, degree: 4, train: 20}").function(), 0);
  const at::Tensor x2 = data->train.inputs.square();
  const at::Tensor expected = 8 * x2.square() - 8 * x2 + 1;
  EXPECT_EQ(data->train.size(), 20);
  EXPECT_LT((data->train.targets - expected).abs().max().item<double>(), 1e-13);
}

}  // namespace
}  // namespace geometer::trainer
