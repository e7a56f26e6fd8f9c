#include "worker/geometry/regularizers/conflict.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// The losses of two halves of a small problem's examples.
class ConflictTest : public testing::Test {
 protected:
  Evaluation Of(int64_t half, const Tensors& params) const {
    const Network moved = Detached({problem_.model.get(), params, {}}, /*track=*/true);
    return Evaluate(moved, *problem_.objective, problem_.examples.Slice(half * 6, half * 6 + 6),
                    Mode::kTraining);
  }
  at::Tensor GradientOf(int64_t half, const Tensors& params) const {
    const Evaluation evaluation = Of(half, params);
    return Flatten(Gradient(evaluation.loss, evaluation.network.params));
  }
  double Product(const Tensors& params) const {
    return GradientOf(0, params).dot(GradientOf(1, params)).item<double>();
  }

  const SmallProblem problem_ = MakeSmallProblem();
  const Tensors& params_ = problem_.network.params;
};

// GD 4.1
TEST_F(ConflictTest, TheSharesAddUpToTheProductOfTheGradientsAndItsSlope) {
  double value = 0;
  at::Tensor slope;
  for (const int64_t half : {0, 1}) {
    Evaluation evaluation = Of(half, params_);
    evaluation.other_gradients = Unflatten(GradientOf(1 - half, params_), params_);
    const at::Tensor share = MakeConflict()->Penalty(evaluation);
    const at::Tensor gradient = Flatten(Gradient(share, evaluation.network.params));
    value += share.item<double>();
    slope = slope.defined() ? slope + gradient : gradient;
  }
  EXPECT_NEAR(value, Product(params_), 1e-14);
  for (const char* name : {"a", "b", "c"}) {
    const at::Tensor direction = Noise({slope.size(0)}, name);
    const double h = 1e-5;
    const double difference =
        (Product(Moved(params_, direction, h)) - Product(Moved(params_, direction, -h))) / (2 * h);
    EXPECT_NEAR(slope.dot(direction).item<double>(), difference, 1e-8);
  }
}

TEST_F(ConflictTest, NeedsTheOtherGradients) {
  EXPECT_EQ(MakeConflict()->needs(), Needs::kOtherGradients);
  EXPECT_THROW(MakeConflict()->Penalty(Of(0, params_)), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
