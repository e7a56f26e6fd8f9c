#include "worker/geometry/regularizers/loss_jacobian.h"

#include <ATen/TensorOperators.h>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

class LossJacobian : public Regularizer {
 public:
  Needs needs() const override { return Needs::kInputGraph; }

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const auto examples = static_cast<double>(evaluation.batch.size());
    const Tensors slope =
        Gradient(evaluation.loss, {evaluation.batch.inputs}, /*create_graph=*/true);
    // The loss is a mean: each ∂ℓ_n/∂x_n is N times its gradient.
    return (SquaredNorm(slope) * examples).to(evaluation.loss.scalar_type());
  }
};

}  // namespace

std::unique_ptr<Regularizer> MakeLossJacobian() { return std::make_unique<LossJacobian>(); }

}  // namespace geometer::geometry
