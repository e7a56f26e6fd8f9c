#pragma once

#include <memory>
#include <vector>

#include "worker/geometry/random.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// How the gradients g_1 … g_T of several tasks make the direction of one update. Stateless;
// thread-safe.
class Combination {
 public:
  virtual ~Combination() = default;

  // Returns the direction, in the gradients' shapes; of a single gradient that one. `random` is the
  // update's.
  virtual Tensors Combine(const std::vector<Tensors>& gradients,
                          const RandomSource& random) const = 0;
};

// Σ g_i: descent on the sum of the losses (GD 4.1).
std::unique_ptr<Combination> MakeSum();

// The inner products g_i·g_j as a matrix [T, T], float64, CPU.
at::Tensor GramMatrix(const std::vector<Tensors>& gradients);

// Σ_j weights_j·g_j in the gradients' type; `weights` of shape [T].
Tensors WeightedSum(const std::vector<Tensors>& gradients, const at::Tensor& weights);

}  // namespace geometer::geometry
