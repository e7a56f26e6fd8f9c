#include "worker/geometry/models/head.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/models/mlp.h"

namespace geometer::geometry {
namespace {

TEST(HeadTest, SeesItsOutputsAndNoOthers) {
  const std::shared_ptr<const Model> trunk = MakeMlp({.inputs = 3, .hidden = {4}, .outputs = 5});
  const auto head = MakeHead(trunk, 1, 3);
  const Variables start = head->Initialize(2, at::kDouble);
  EXPECT_EQ(head->parameter_names(), trunk->parameter_names());
  const at::Tensor inputs = Noise({6, 3}, "inputs");
  const auto output = [&](const Model& model) {
    return model.Forward(start.parameters, start.buffers, inputs, Mode::kEvaluation).output;
  };
  EXPECT_TRUE(at::equal(output(*head), output(*trunk).narrow(1, 1, 3)));
}

}  // namespace
}  // namespace geometer::geometry
