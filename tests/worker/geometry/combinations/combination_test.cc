#include "worker/geometry/combinations/combination.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/combinations/cagrad.h"
#include "worker/geometry/combinations/pcgrad.h"

namespace geometer::geometry {
namespace {

at::Tensor Vector(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

at::Tensor Combined(const Combination& combination, const Tensors& vectors, uint64_t step = 0) {
  std::vector<Tensors> gradients;
  for (const at::Tensor& v : vectors) gradients.push_back({v.slice(0, 0, 1), v.slice(0, 1)});
  return Flatten(combination.Combine(gradients, {.seed = 1, .step = step}));
}

// Three gradients of five entries that conflict.
Tensors Conflicting() {
  const Tensors g = {Noise({5}, "a"), Noise({5}, "b"), Noise({5}, "c")};
  return {g[0], g[1] - g[0], g[2] - 2 * g[1]};
}

TEST(CombinationTest, TheSumIsTheSum) {
  const Tensors g = Conflicting();
  EXPECT_TRUE(at::allclose(Combined(*MakeSum(), g), g[0] + g[1] + g[2]));
}

// By hand: (1, 0) and (−1, 1) become (1, 0) − (−1/2)(−1, 1) = (1/2, 1/2) and (0, 1).
TEST(PcgradTest, ProjectsConflictsAway) {
  const at::Tensor d = Combined(*MakePcgrad(), {Vector({1, 0}), Vector({-1, 1})});
  EXPECT_TRUE(at::allclose(d, Vector({0.5, 1.5})));
}

TEST(PcgradTest, LeavesGradientsThatAgreeAlone) {
  const at::Tensor d = Combined(*MakePcgrad(), {Vector({1, 0}), Vector({0.1, 1})});
  EXPECT_TRUE(at::allclose(d, Vector({1.1, 1})));
}

// The order of projections is drawn by the update: equal for equal ones, not for all.
TEST(PcgradTest, TheUpdateDecidesTheOrder) {
  const Tensors g = Conflicting();
  const at::Tensor first = Combined(*MakePcgrad(), g, 0);
  bool differs = false;
  for (uint64_t step = 0; step < 20; ++step) {
    EXPECT_TRUE(at::allclose(Combined(*MakePcgrad(), g, step), Combined(*MakePcgrad(), g, step)));
    differs |= !at::allclose(Combined(*MakePcgrad(), g, step), first);
  }
  EXPECT_TRUE(differs);
}

double WorstGain(const Tensors& gradients, const at::Tensor& direction) {
  return at::stack(gradients).mv(direction).min().item<double>();
}

// The direction is within c‖ḡ‖ of the mean, and none of many others there serves the worst-off task
// better.
TEST(CagradTest, ServesTheWorstOffTaskMost) {
  const Tensors g = Conflicting();
  const at::Tensor mean = at::stack(g).mean(0);
  for (const double c : {0.1, 0.5, 0.9}) {
    const double radius = c * mean.norm().item<double>();
    const at::Tensor d = Combined(*MakeCagrad(c), g) / 3;
    EXPECT_NEAR((d - mean).norm().item<double>(), radius, 1e-9);
    const at::Tensor others = Noise({4000, 5}, "directions");
    for (int64_t i = 0; i < others.size(0); ++i) {
      for (const at::Tensor& start : {mean, d}) {
        at::Tensor other = start + (i % 2 == 0 ? 1 : 1e-3) * others[i];
        const double distance = (other - mean).norm().item<double>();
        if (distance > radius) other = mean + (other - mean) * (radius / distance);
        EXPECT_LE(WorstGain(g, other), WorstGain(g, d) + 1e-7);
      }
    }
  }
}

TEST(CagradTest, WithoutARadiusItIsTheSum) {
  const Tensors g = Conflicting();
  EXPECT_TRUE(at::allclose(Combined(*MakeCagrad(0), g), g[0] + g[1] + g[2]));
}

// Two opposite gradients: their mean is 0, and so is the direction.
TEST(CagradTest, OppositeGradientsCancel) {
  const at::Tensor d = Combined(*MakeCagrad(0.5), {Vector({1, 2}), Vector({-1, -2})});
  EXPECT_TRUE(at::allclose(d, Vector({0, 0})));
}

}  // namespace
}  // namespace geometer::geometry
