#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "worker/geometry/evaluation.h"
#include "worker/geometry/schedules/adaptive.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// What descent needs of a loss at some parameters.
struct Descent {
  double loss = 0;             // with the penalties
  geometry::Tensors gradient;  // of that loss
  geometry::Tensors buffers;   // of the network, after it has seen the batch

  // Where the graph is kept: the parameters as its leaves, and each part's share of the gradient.
  geometry::Tensors leaves;
  std::vector<geometry::Tensors> shares;
};

// The regularized loss of one update as a function of the parameters: the objective on the update's
// batch, changed by its noise, plus the weighted penalties; the mean over the parts in which the
// batch is evaluated. Every evaluation sees the same randomness.
class BatchLoss {
 public:
  // Borrows `training` and `state`, whose step the update is at.
  BatchLoss(const Training& training, const geometry::Examples& batch, const State& state);

  // With `keep_graph` the gradient can be differentiated again; the graphs of all parts are held.
  // Cost: a forward and a backward pass, and what the penalties state.
  Descent At(const geometry::Tensors& params, bool keep_graph = false) const;

  // ‖Hĝ‖, ĝ = g/‖g‖, at the parameters where `here` was taken, for an exact product with its graph.
  double Curvature(const geometry::Tensors& params, const Descent& here,
                   const geometry::ProductOptions& options) const;

 private:
  struct ActivePenalty {
    double weight;
    const geometry::Regularizer* regularizer;
  };
  bool AnyNeeds(geometry::Needs needs) const;
  geometry::Evaluation Evaluate(const geometry::Network& network, int64_t part) const;
  // Of one part by itself, attached with `keep_graph`.
  Descent Share(geometry::Evaluation evaluation, bool keep_graph) const;

  const Training& training_;
  const State& state_;
  const geometry::RandomSource random_;
  std::vector<ActivePenalty> penalties_;  // those whose weight is not 0
  std::vector<geometry::Examples> parts_;
};

}  // namespace geometer::trainer
