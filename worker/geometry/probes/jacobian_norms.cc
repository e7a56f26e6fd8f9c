#include "worker/geometry/probes/jacobian_norms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "worker/geometry/random.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kMostExactProducts = 100;  // of kAuto

// Numbers of LibTorch's other laws depend on how many are drawn at once.
at::Tensor Uniform(at::IntArrayRef shape, const at::Generator& generator) {
  return at::empty(shape, at::kDouble).uniform_(0, 1, generator);
}

// Two uniform numbers for each, by Box and Muller.
at::Tensor Gaussian(int64_t examples, int64_t rows, const at::Generator& generator) {
  const at::Tensor pairs = Uniform({examples, rows, 2}, generator);
  const at::Tensor angle = 2 * std::numbers::pi * pairs.select(2, 1);
  return (-2 * (1 - pairs.select(2, 0)).log()).sqrt() * angle.cos();
}

// Returns a vector for each example, [N, K], with E[v·vᵀ] = 1.
at::Tensor Draw(JacobianMethod law, int64_t examples, int64_t rows,
                const at::Generator& generator) {
  const double radius = std::sqrt(static_cast<double>(rows));
  switch (law) {
    case JacobianMethod::kGaussian:
      return Gaussian(examples, rows, generator);
    case JacobianMethod::kRademacher:
      return 1 - 2 * Uniform({examples, rows}, generator).round();
    case JacobianMethod::kSphere: {
      const at::Tensor v = Gaussian(examples, rows, generator);
      return v * (radius / v.norm(2, at::IntArrayRef{1}, /*keepdim=*/true));
    }
    case JacobianMethod::kSampledRows: {
      const at::Tensor row = (Uniform({examples, 1}, generator) * rows).to(at::kLong);
      return at::zeros({examples, rows}, at::kDouble).scatter_(1, row, radius);
    }
    default:
      TORCH_CHECK(false, "expected the law of an estimate, got method ", static_cast<int>(law));
  }
}

}  // namespace

JacobianMethod Resolve(JacobianMethod method, int64_t rows, int64_t columns) {
  if (method != JacobianMethod::kAuto) return method;
  if (std::min(rows, columns) > kMostExactProducts) return JacobianMethod::kRademacher;
  return rows <= columns ? JacobianMethod::kRows : JacobianMethod::kColumns;
}

bool IsExact(JacobianMethod method) {
  return method == JacobianMethod::kRows || method == JacobianMethod::kColumns;
}

JacobianNorms::JacobianNorms(const JacobianNormOptions& options, uint64_t seed,
                             const std::string& stream, int64_t step)
    : options_(options) {
  if (IsExact(options.method)) return;
  TORCH_CHECK(options.draws >= 1, "expected at least one draw, got ", options.draws);
  for (int64_t draw = 0; draw < options.draws; ++draw) {
    generators_.push_back(MakeGenerator(seed, absl::StrCat(stream, "/", draw), step));
  }
}

at::Tensor JacobianNorms::Next(const InputJacobian& jacobian) {
  if (options_.method == JacobianMethod::kRows) return SquaredNorms(jacobian);
  if (options_.method == JacobianMethod::kColumns) return SquaredNorms(jacobian.Transposed());
  const int64_t at_once = jacobian.VectorsAtOnce();
  at::Tensor sum = at::zeros({jacobian.examples()}, jacobian.options().dtype(at::kDouble));
  for (int64_t begin = 0; begin < options_.draws; begin += at_once) {
    const int64_t end = std::min(begin + at_once, options_.draws);
    sum += SquaredLengths(jacobian, Vectors(begin, end, jacobian));
  }
  return sum / options_.draws;
}

at::Tensor JacobianNorms::Vectors(int64_t begin, int64_t end, const InputJacobian& jacobian) const {
  Tensors vectors;
  for (int64_t draw = begin; draw < end; ++draw) {
    const at::Tensor v =
        Draw(options_.method, jacobian.examples(), jacobian.rows(), generators_[draw]);
    vectors.push_back(v.to(jacobian.options()));
  }
  return at::stack(vectors);
}

}  // namespace geometer::geometry
