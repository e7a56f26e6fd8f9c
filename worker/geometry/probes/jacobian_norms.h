#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "worker/geometry/input_jacobian.h"

namespace geometer::geometry {

// How ‖J‖_F² of a Jacobian J, [K, D], is found. The estimates are means of |Jᵀv|² over random
// vectors v with E[v·vᵀ] = 1, so without bias; with M = JJᵀ the variance of one draw is
enum class JacobianMethod {
  kAuto,         // rows or columns, whichever are fewer, up to 100 of them; Rademacher beyond
  kRows,         // exact: K vector-Jacobian products
  kColumns,      // exact: D Jacobian-vector products, and one backward pass
  kGaussian,     // 2‖M‖²
  kRademacher,   // 2(‖M‖² − Σ_c M_cc²)
  kSphere,       // 2K/(K + 2)·(‖M‖² − (tr M)²/K)
  kSampledRows,  // K·Σ_c M_cc² − (tr M)²
};

struct JacobianNormOptions {
  JacobianMethod method = JacobianMethod::kAuto;
  int64_t draws = 8;  // of an estimate, per example
};

// The method that kAuto stands for at a Jacobian of that shape; any other stands for itself.
JacobianMethod Resolve(JacobianMethod method, int64_t rows, int64_t columns);
bool IsExact(JacobianMethod method);

// ‖J_n‖_F² of one example after another.
//
// An example's vectors depend on (seed, stream, step) and its place only, not on the chunks.
// Source: GC 8.1, 8.2. Cost: a backward pass for each product.
class JacobianNorms {
 public:
  // `options.method` must not be kAuto.
  JacobianNorms(const JacobianNormOptions& options, uint64_t seed, const std::string& stream,
                int64_t step);

  bool exact() const { return IsExact(options_.method); }

  // Returns the squared norms of the next examples, shape [N], float64.
  at::Tensor Next(const InputJacobian& jacobian);

 private:
  // The vectors of draws begin … end−1, [end − begin, N, K].
  at::Tensor Vectors(int64_t begin, int64_t end, const InputJacobian& jacobian) const;

  const JacobianNormOptions options_;
  std::vector<at::Generator> generators_;  // one for each draw
};

}  // namespace geometer::geometry
