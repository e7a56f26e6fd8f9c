#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "worker/geometry/evaluation.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/objectives/objective.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// A classifier on a dozen random examples, small enough for dense Hessians. Parameters require
// gradients.
struct SmallProblem {
  std::unique_ptr<Model> model;
  std::unique_ptr<Objective> objective;
  Network network;
  Examples examples;

  // All examples as a probe's subject.
  Subject AsSubject(int64_t chunk_size = 12) const;
  // The mean loss at `params`, float64.
  double LossAt(const Tensors& params) const;
};

// A tanh MLP 5-7-6-3 (98 + 21 parameters) under cross-entropy unless `options` say otherwise.
MlpOptions SmallMlp(Activation activation = Activation::kTanh);
SmallProblem MakeSmallProblem(at::ScalarType dtype = at::kDouble,
                              const MlpOptions& options = SmallMlp());

// A ResNet-18 of width 2 on 8×8 images, with running statistics that are not the initial ones.
SmallProblem MakeSmallResNet(at::ScalarType dtype, bool batch_norm);

// A network given by its weight matrices, without biases.
SmallProblem MakeBiasFree(const Tensors& weights, Activation activation, const at::Tensor& inputs);

// Numbers from the standard normal law, shape `shape`, float64; a function of `stream`.
at::Tensor Noise(at::IntArrayRef shape, const std::string& stream);

// `params` with the entries of `direction` (shape [m]) times `step` added.
Tensors Moved(const Tensors& params, const at::Tensor& direction, double step);

// The first measurement of `quantity` and `index`.
const Measurement& Find(const Reading& reading, const std::string& quantity, int64_t index = 0);

}  // namespace geometer::geometry
