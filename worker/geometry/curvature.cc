#include "worker/geometry/curvature.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <functional>
#include <memory>
#include <utility>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// v ↦ JᵀMJv with J = ∂outputs/∂params and M the symmetric matrix of `inner`, shaped as `outputs`.
class Sandwich {
 public:
  using Inner = std::function<at::Tensor(const at::Tensor&)>;

  Sandwich(at::Tensor outputs, at::TensorList params, Inner inner)
      : outputs_(std::move(outputs)),
        params_(params.vec()),
        inner_(std::move(inner)),
        cotangent_(at::zeros_like(outputs_).requires_grad_()),
        pulled_(VectorJacobianProduct({outputs_}, {cotangent_}, params_, /*create_graph=*/true)) {}

  at::Tensor Multiply(const at::Tensor& v) const {
    return ByRows(v, [this](const at::Tensor& row) { return MultiplyOne(row); });
  }

 private:
  at::Tensor MultiplyOne(const at::Tensor& v) const {
    const at::Tensor weight = inner_(PushForward(v));
    return Flatten(VectorJacobianProduct({outputs_}, {weight}, params_)).to(at::kDouble);
  }

  // Jv, by differentiating the pullback Jᵀu, which is linear in u, along v.
  at::Tensor PushForward(const at::Tensor& v) const {
    return VectorJacobianProduct(pulled_, Unflatten(v, params_), {cotangent_})[0];
  }

  const at::Tensor outputs_;
  const Tensors params_;
  const Inner inner_;
  const at::Tensor cotangent_;  // u
  const Tensors pulled_;        // Jᵀu with its graph
};

// The mean loss over a sample, chunk by chunk, as outputs and a curvature in their space.
struct Problem {
  Curvature kind;
  Network network;
  const Objective* objective;
  std::vector<Examples> chunks;
  double weight;  // 1/N

  Sandwich At(const Examples& chunk) const {
    const at::Tensor output = network.Forward(chunk.inputs, Mode::kEvaluation).output;
    return kind == Curvature::kFisher ? Fisher(output, chunk) : GaussNewton(output, chunk);
  }

 private:
  // J = ∂(losses of the examples)/∂θ, M = I/N.
  Sandwich Fisher(const at::Tensor& output, const Examples& chunk) const {
    return {objective->PerExample(output, chunk.targets), network.params,
            [scale = weight](const at::Tensor& w) { return w * scale; }};
  }

  // J = ∂(outputs)/∂θ, M = ∇²_f of the mean loss.
  Sandwich GaussNewton(const at::Tensor& output, const Examples& chunk) const {
    const at::Tensor leaf = output.detach().requires_grad_();
    const at::Tensor loss = objective->PerExample(leaf, chunk.targets).sum() * weight;
    const at::Tensor slope = Gradient(loss, {leaf}, /*create_graph=*/true)[0];
    return {output, network.params, [leaf, slope](const at::Tensor& w) {
              return VectorJacobianProduct({slope}, {w}, {leaf})[0];
            }};
  }
};

SymmetricOperator MakeSandwich(Problem problem) {
  if (problem.chunks.size() == 1) {
    return [problem, kept = std::make_shared<const Sandwich>(problem.At(problem.chunks[0]))](
               const at::Tensor& v) { return kept->Multiply(v); };
  }
  return [problem = std::move(problem)](const at::Tensor& v) {
    at::Tensor sum = at::zeros(v.sizes(), v.options().dtype(at::kDouble));
    for (const Examples& chunk : problem.chunks) sum += problem.At(chunk).Multiply(v);
    return sum;
  };
}

}  // namespace

SymmetricOperator MakeCurvature(Curvature kind, const Network& network, const Objective& objective,
                                const Examples& sample, int64_t chunk_size) {
  if (kind == Curvature::kHessian) {
    return [hessian = std::make_shared<const HessianOperator>(
                MeanLoss(network, objective, sample, chunk_size), network.params)](
               const at::Tensor& v) { return hessian->Multiply(v); };
  }
  const double weight = 1.0 / static_cast<double>(sample.size());
  return MakeSandwich({kind, network, &objective, Chunks(sample, chunk_size), weight});
}

}  // namespace geometer::geometry
