#include "worker/geometry/regularizers/geometric_complexity.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/chain_norms.h"

namespace geometer::geometry {
namespace {

constexpr const char* kStream = "regularizer/geometric_complexity";

class GeometricComplexity : public Regularizer {
 public:
  explicit GeometricComplexity(const ComplexityPenaltyOptions& options) : options_(options) {}

  Needs needs() const override { return Needs::kInputGraph; }

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const double examples = static_cast<double>(evaluation.batch.size());
    return (Sum(evaluation) / examples).to(evaluation.loss.scalar_type());
  }

 private:
  // Σ_n ‖∂f(x_n)/∂x_n‖², float64.
  at::Tensor Sum(const Evaluation& evaluation) const {
    if (options_.projections > 0) return ByProjections(evaluation);
    const Network& network = evaluation.network;
    if (options_.target == ComplexityTarget::kOutput &&
        network.model->DenseChain(evaluation.pass.mode)) {
      return ChainSquaredNorms(network, evaluation.batch.inputs.detach()).sum();
    }
    return ByRows(evaluation);
  }

  at::Tensor Target(const ForwardResult& forward) const {
    if (options_.target == ComplexityTarget::kOutput || forward.activations.empty()) {
      return forward.output.flatten(1);
    }
    if (options_.target == ComplexityTarget::kEmbedding) {
      return forward.activations.back().tensor.flatten(1);
    }
    for (const NamedTensor& activation : forward.activations) {
      if (activation.name == options_.layer) return activation.tensor.flatten(1);
    }
    TORCH_CHECK(false, "expected a layer of the network, got ", options_.layer);
  }

  // ‖∂⟨v, f⟩/∂x‖², summed over the batch.
  static at::Tensor SquaredPullback(const at::Tensor& f, const at::Tensor& v,
                                    const Evaluation& evaluation) {
    return SquaredNorm(VectorJacobianProduct({f}, {v}, {evaluation.batch.inputs},
                                             /*create_graph=*/true));
  }

  at::Tensor ByRows(const Evaluation& evaluation) const {
    const at::Tensor f = Target(evaluation.forward);
    at::Tensor sum = at::zeros({}, f.options().dtype(at::kDouble));
    for (int64_t row = 0; row < f.size(1); ++row) {
      const at::Tensor unit = at::zeros_like(f);
      unit.select(1, row).fill_(1);
      sum = sum + SquaredPullback(f, unit, evaluation);
    }
    return sum;
  }

  at::Tensor ByProjections(const Evaluation& evaluation) const {
    const at::Tensor f = Target(evaluation.forward);
    const at::Generator generator = evaluation.pass.random.Generator(kStream);
    at::Tensor sum = at::zeros({}, f.options().dtype(at::kDouble));
    for (int64_t draw = 0; draw < options_.projections; ++draw) {
      const at::Tensor bits = at::randint(2, f.sizes(), generator, at::kDouble);
      sum = sum + SquaredPullback(f, (2 * bits - 1).to(f.options()), evaluation);
    }
    return sum / static_cast<double>(options_.projections);
  }

  const ComplexityPenaltyOptions options_;
};

}  // namespace

std::unique_ptr<Regularizer> MakeGeometricComplexity(const ComplexityPenaltyOptions& options) {
  return std::make_unique<GeometricComplexity>(options);
}

}  // namespace geometer::geometry
