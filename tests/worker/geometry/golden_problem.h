#pragma once

#include <ATen/ops/arange.h>
#include <ATen/ops/stack.h>

#include <memory>

#include "tests/worker/geometry/function_model.h"
#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {

// The network's output is the loss.
class OutputAsLoss : public Objective {
 public:
  at::Tensor PerExample(const at::Tensor& output, const at::Tensor&) const override {
    return output.select(1, 0);
  }
};

// The golden losses as a network at their point, one for each of three examples.
inline SmallProblem GoldenProblem() {
  SmallProblem problem = MakeSmallProblem();
  problem.model = std::make_unique<FunctionModel>([](at::TensorList p, const at::Tensor& index) {
    const at::Tensor losses =
        at::stack({GoldenLoss(1, p[0]), GoldenLoss(2, p[0]), GoldenLoss(3, p[0])});
    return losses.index_select(0, index).unsqueeze(1);
  });
  problem.objective = std::make_unique<OutputAsLoss>();
  problem.network = {problem.model.get(), {GoldenStart().requires_grad_()}, {}};
  problem.examples = {at::arange(3, at::kLong), at::arange(3, at::kLong)};
  return problem;
}

}  // namespace geometer::geometry
