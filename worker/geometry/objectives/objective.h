#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace geometer::geometry {

// A loss: the mean over examples of a per-example loss.
//
// Since every objective is such a mean, a data set's loss is the mean of its chunks' losses
// weighted by their examples, and a short last chunk changes nothing. Stateless; thread-safe.
class Objective {
 public:
  virtual ~Objective() = default;

  // Returns the loss of each example, shape [N], differentiable twice in `output` (shape [N, K]).
  // `targets` as each objective states.
  virtual at::Tensor PerExample(const at::Tensor& output, const at::Tensor& targets) const = 0;

  // Whether the largest output is the label that it predicts.
  virtual bool PredictsLabels() const { return true; }

  // log μ(x|y) of each example and class, [N, C], where the objective fits densities to the outputs
  // (morse.h).
  virtual std::optional<at::Tensor> LogDensities(const at::Tensor& /*output*/) const {
    return std::nullopt;
  }

  // The logits, [N, C], whose softmax is the classes' posterior: log μ(x|y) of densities, else the
  // outputs themselves.
  at::Tensor ClassLogits(const at::Tensor& output) const {
    return LogDensities(output).value_or(output);
  }

  // Returns the mean of PerExample, shape [].
  at::Tensor Loss(const at::Tensor& output, const at::Tensor& targets) const {
    return PerExample(output, targets).mean();
  }
};

// Returns which examples were predicted correctly, shape [N], bool: the largest output is the
// label's. Nothing where targets are no class labels.
std::optional<at::Tensor> Correct(const at::Tensor& output, const at::Tensor& targets);

}  // namespace geometer::geometry
