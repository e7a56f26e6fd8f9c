#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/geometry/models/activation.h"
#include "worker/geometry/random.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Whether batch statistics (training) or running statistics (evaluation, calibration) normalise.
// Calibration also takes the statistics of what each normalisation is given (calibration.h).
enum class Mode { kTraining, kEvaluation, kCalibration };

// How a batch is passed through a network: in a mode and, where layers are random (dropout in
// training), with masks drawn from `random`: equal sources give equal masks.
struct Pass {
  Pass(Mode mode, RandomSource random = {})
      : mode(mode), random(random) {}  // NOLINT: a mode is one

  Mode mode;
  RandomSource random;
  bool bfloat16 = false;  // products of layers in bfloat16; honoured by Network::Forward
};

// What a network computed for one batch.
struct ForwardResult {
  at::Tensor output;         // [N, K]: logits or predictions
  NamedTensors activations;  // [N, …] each, in the order of computation; the last feeds the output
  // Training: the buffers after this batch; evaluation: those passed in. Calibration: of each
  // normalisation, in the order of computation, the mean and the biased variance of its input over
  // this batch, by channel, and the number of values in a channel, int64 [].
  Tensors buffers;
};

// Everything of a network that a checkpoint must hold.
struct Variables {
  Tensors parameters;  // in the order of parameter_names()
  Tensors buffers;     // in the order of buffer_names()
};

// The number of tensors of the output layer, the last of `parameters`: its weight [K, p] and,
// where it has one, its bias.
inline size_t OutputTensors(const Tensors& parameters) {
  return parameters.back().dim() == 1 ? 2 : 1;
}

// An architecture: a pure function of explicit parameters.
//
// Holds no tensor and no state, so that one network can be evaluated at many parameters at once
// (perturbed, averaged, another player's). Dtype and device are those of the arguments.
// Thread-safe.
class Model {
 public:
  virtual ~Model() = default;

  // Names as in the `state_dict` of the same network written in PyTorch, in its order. The last
  // ones are the weight [K, p] of the dense layer that makes the output and, where it has one, its
  // bias.
  const std::vector<std::string>& parameter_names() const { return parameter_names_; }
  // Non-trained tensors, such as the running statistics of batch normalisation; often none.
  const std::vector<std::string>& buffer_names() const { return buffer_names_; }

  // The nonlinearity σ between the layers where the network is a plain chain of dense layers,
  // z_l = W_l·h_l + b_l, h_{l+1} = σ(z_l), and its parameters are W_1, b_1, W_2, …, with or without
  // the b_l. Nothing for every other architecture, and where dropout comes between.
  virtual std::optional<Activation> DenseChain(Mode /*mode*/) const { return std::nullopt; }

  // Draws fresh variables. A parameter depends on `seed`, its name and its shape only; it is drawn
  // in float64 and rounded, so that runs of both dtypes start from the same network.
  virtual Variables Initialize(uint64_t seed, const at::TensorOptions& options) const = 0;

  // Evaluates the network on `inputs`, shape [N, …]. Changes none of its arguments.
  virtual ForwardResult Forward(at::TensorList parameters, at::TensorList buffers,
                                const at::Tensor& inputs, const Pass& pass) const = 0;

 protected:
  std::vector<std::string> parameter_names_;  // constant after construction
  std::vector<std::string> buffer_names_;     // constant after construction
};

}  // namespace geometer::geometry
