#include "worker/geometry/regularizers/gradient_norm.h"

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

class GradientNorm : public Regularizer {
 public:
  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const Tensors gradient =
        Gradient(evaluation.loss, evaluation.network.params, /*create_graph=*/true);
    return SquaredNorm(gradient).to(evaluation.loss.scalar_type());
  }
};

}  // namespace

std::unique_ptr<Regularizer> MakeGradientNorm() { return std::make_unique<GradientNorm>(); }

}  // namespace geometer::geometry
