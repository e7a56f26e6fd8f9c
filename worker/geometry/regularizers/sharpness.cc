#include "worker/geometry/regularizers/sharpness.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sub.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/known_gradient.h"

namespace geometer::geometry {
namespace {

class Sharpness : public Regularizer {
 public:
  explicit Sharpness(double radius) : radius_(radius) {}

  Needs needs() const override { return Needs::kGradient; }

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const Tensors& gradient = evaluation.gradient;
    const at::Tensor norm = SquaredNorm(gradient).sqrt().to(evaluation.loss.scalar_type());
    const at::Tensor scale = at::where(norm > 0, radius_ / norm, at::zeros_like(norm));
    const Tensors displacement = at::_foreach_mul(gradient, scale);
    Network there{nullptr, at::_foreach_add(evaluation.network.params, displacement), {}};
    there = Detached(there, /*track=*/true);
    const at::Tensor loss = evaluation.At(there.params).loss;
    const Tensors rise = at::_foreach_sub(Gradient(loss, there.params), gradient);
    return WithGradient(loss - evaluation.loss, evaluation.network.params, rise);
  }

 private:
  const double radius_;
};

}  // namespace

std::unique_ptr<Regularizer> MakeSharpness(double radius) {
  return std::make_unique<Sharpness>(radius);
}

}  // namespace geometer::geometry
