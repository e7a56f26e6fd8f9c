#include "worker/geometry/regularizers/conflict.h"

#include <ATen/TensorOperators.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/known_gradient.h"

namespace geometer::geometry {
namespace {

class Conflict : public Regularizer {
 public:
  Needs needs() const override { return Needs::kOtherGradients; }

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const Tensors& params = evaluation.network.params;
    const Tensors& others = evaluation.other_gradients;
    TORCH_CHECK(!others.empty(), "expected the gradients of other losses");
    const Tensors gradient = Gradient(evaluation.loss, params, /*create_graph=*/true);
    const at::Tensor product = Flatten(gradient).detach().dot(Flatten(others));
    return WithGradient(product / 2, params, VectorJacobianProduct(gradient, others, params));
  }
};

}  // namespace

std::unique_ptr<Regularizer> MakeConflict() { return std::make_unique<Conflict>(); }

}  // namespace geometer::geometry
