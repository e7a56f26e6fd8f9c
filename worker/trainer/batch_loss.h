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

// The product with `direction` of the Hessian of the loss that `here` descends, whose graph was
// kept.
geometry::Tensors HessianProduct(const Descent& here, const geometry::Tensors& direction);

// The regularized loss of one update as a function of the parameters: the sum over its tasks of the
// task's weighted objective on its batch, changed by its noise, plus the weighted penalties; each a
// mean over the parts in which the batch is evaluated. Every evaluation sees the same randomness.
class BatchLoss {
 public:
  // Borrows `training` and `state`, whose step the update is at.
  BatchLoss(const Training& training, const UpdateBatch& batch, const State& state);

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
  // The share of one task.
  struct Share {
    const Task* task;
    geometry::RandomSource random;         // of the first part; the others follow
    std::vector<ActivePenalty> penalties;  // those whose weight is not 0
    std::vector<geometry::Examples> parts;

    bool AnyNeeds(geometry::Needs needs) const;
  };
  Share ShareOf(const TaskBatch& batch) const;
  geometry::Evaluation Evaluate(geometry::Network network, const Share& share, size_t part) const;
  // The gradient of each task's loss alone, without penalties.
  std::vector<geometry::Tensors> PlainGradients(const geometry::Network& network) const;
  // Of one task's share, attached with `keep_graph`; `others` is the sum of other tasks' gradients.
  Descent DescentOf(const Share& share, geometry::Network network, const geometry::Tensors& others,
                    bool keep_graph) const;
  // Of one part of it.
  static Descent DescentOf(const Share& share, geometry::Evaluation evaluation, bool keep_graph);

  const Training& training_;
  const State& state_;
  std::vector<Share> shares_;
};

}  // namespace geometer::trainer
