#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/examples.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/objectives/objective.h"
#include "worker/geometry/random.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// A model at given variables. The model is borrowed; the tensors are shared.
struct Network {
  const Model* model = nullptr;
  Tensors params;
  Tensors buffers;

  // The output has the dtype of the parameters, whatever precision `pass` asks for.
  ForwardResult Forward(const at::Tensor& inputs, const Pass& pass) const;
};

// A copy of `network` for reading it: its parameters share storage with the originals, require
// gradients where `track` says so, and have no history. Nothing done with it reaches the original.
Network Detached(const Network& network, bool track);

// A network's loss on one batch, with its graph: what training and regularizers differentiate.
struct Evaluation {
  Network network;  // `params` are the leaves of the graph
  Examples batch;
  ForwardResult forward;
  at::Tensor loss;                       // [], the objective's mean over the batch
  const Objective* objective = nullptr;  // borrowed
  Pass pass = Mode::kTraining;
  // Without history, and empty where nobody asked for them: the gradient of `loss` in `params`, and
  // the sum of those of the other losses of an update.
  Tensors gradient{}, other_gradients{};

  // The same loss on the same batch, at `params`.
  Evaluation At(const Tensors& params) const;
  // The same loss at the same parameters, on `other`.
  Evaluation On(const Examples& other) const;
};

// Evaluates `network` on `batch`. Differentiable in those parameters that require gradients.
Evaluation Evaluate(const Network& network, const Objective& objective, const Examples& batch,
                    const Pass& pass);

// The objective's mean over `sample` in evaluation mode, as a sum over chunks of at most
// `chunk_size` examples, each converted to the network's dtype. Borrows `objective`.
ChunkedLoss MeanLoss(const Network& network, const Objective& objective, const Examples& sample,
                     int64_t chunk_size);

}  // namespace geometer::geometry
