#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// An evaluation of `problem` at `params`, with all that `regularizer` needs.
inline Evaluation Prepared(const SmallProblem& problem, const Tensors& params,
                           const Regularizer& regularizer, const Pass& pass = Mode::kTraining) {
  const Needs needs = regularizer.needs();
  const Network moved{problem.model.get(), params, problem.network.buffers};
  Examples batch = problem.examples;
  if (needs == Needs::kInputGraph) batch.inputs = batch.inputs.detach().requires_grad_();
  Evaluation here = Evaluate(Detached(moved, /*track=*/true), *problem.objective, batch, pass);
  if (needs == Needs::kGradient) here.gradient = Gradient(here.loss, here.network.params);
  return here;
}

inline Evaluation Prepared(const SmallProblem& problem, const Regularizer& regularizer) {
  return Prepared(problem, problem.network.params, regularizer);
}

// R and ∂R/∂θ, flat.
inline double Value(const SmallProblem& problem, const Regularizer& regularizer) {
  return regularizer.Penalty(Prepared(problem, regularizer)).item<double>();
}

inline at::Tensor Slope(const SmallProblem& problem, const Regularizer& regularizer) {
  const Evaluation here = Prepared(problem, regularizer);
  return Flatten(Gradient(regularizer.Penalty(here), here.network.params));
}

// ∂R/∂θ along a fixed direction against a central difference of `step`.
inline void ExpectSlopeOfDifferences(const SmallProblem& problem, const Regularizer& regularizer,
                                     double step, double tolerance) {
  const at::Tensor v = Noise({Flatten(problem.network.params).numel()}, "direction");
  const auto at = [&](double distance) {
    const Tensors params = Moved(problem.network.params, v, distance);
    return regularizer.Penalty(Prepared(problem, params, regularizer)).item<double>();
  };
  const double slope = (at(step) - at(-step)) / (2 * step);
  EXPECT_NEAR(Slope(problem, regularizer).dot(v).item<double>(), slope,
              tolerance * std::abs(slope));
}

}  // namespace geometer::geometry
