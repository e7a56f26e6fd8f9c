#include "worker/geometry/models/composition.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/point.h"

namespace geometer::geometry {
namespace {

using testing::ElementsAre;

std::shared_ptr<const Model> Linear(int64_t inputs, int64_t outputs) {
  return MakeMlp({.inputs = inputs, .hidden = {}, .outputs = outputs, .bias = false});
}

TEST(CompositionTest, IsTheOuterNetworkOfTheInnerOne) {
  const auto outer = Linear(2, 1), inner = Linear(3, 2);
  const auto both = MakeComposition({"judge", outer}, {"maker", inner});
  EXPECT_THAT(both->parameter_names(), ElementsAre("judge.0.weight", "maker.0.weight"));
  const Variables start = both->Initialize(7, at::kDouble);
  const at::Tensor inputs = at::ones({4, 3}, at::kDouble);
  const at::Tensor expected =
      inputs.matmul(start.parameters[1].t()).matmul(start.parameters[0].t());
  EXPECT_TRUE(at::allclose(both->Forward(start.parameters, {}, inputs, Mode::kEvaluation).output,
                           expected));
}

// Equal networks under one seed must not start alike.
TEST(CompositionTest, EachNetworkDrawsItsOwnStart) {
  const auto both = MakeComposition({"a", Linear(3, 3)}, {"b", Linear(3, 3)});
  const Variables start = both->Initialize(7, at::kDouble);
  EXPECT_GT((start.parameters[0] - start.parameters[1]).abs().min().item<double>(), 1e-6);
  EXPECT_TRUE(both->Initialize(7, at::kDouble).parameters[1].equal(start.parameters[1]));
  EXPECT_FALSE(both->Initialize(8, at::kDouble).parameters[1].equal(start.parameters[1]));
}

TEST(PointTest, TheOutputIsItsNumbersWhateverTheInput) {
  const auto point = MakePoint({1.5, -2});
  const Variables start = point->Initialize(3, at::kDouble);
  EXPECT_EQ(OutputTensors(start.parameters), 1u);
  const at::Tensor output =
      point->Forward(start.parameters, {}, at::ones({3, 7}, at::kDouble), Mode::kTraining).output;
  EXPECT_TRUE(output.equal(at::tensor({1.5, -2.0}, at::kDouble).expand({3, 2})));
}

}  // namespace
}  // namespace geometer::geometry
