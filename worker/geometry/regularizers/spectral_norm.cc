#include "worker/geometry/regularizers/spectral_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/lanczos.h"
#include "worker/geometry/linear_layers.h"

namespace geometer::geometry {
namespace {

// The same numbers at every update.
at::Generator FixedGenerator() { return MakeGenerator(0, "regularizer/spectral_norm"); }

at::Tensor FixedVector(const LinearLayer& layer) {
  return at::randn(layer.inputs, FixedGenerator(), at::kDouble).to(layer.weight.options());
}

// AᵀA·v: the gradient of ½‖Av‖² in v, at weights that are constants.
at::Tensor MultiplyTwice(const LinearLayer& layer, const at::Tensor& v) {
  const at::Tensor x = v.detach().view(layer.inputs).requires_grad_();
  return Gradient(0.5 * layer.Apply(x).square().sum(), {x})[0].view_as(v);
}

at::Tensor Normalised(const at::Tensor& v) { return v / v.norm().clamp_min(1e-30); }

at::Tensor ByPowerIteration(const LinearLayer& layer, int64_t iterations) {
  at::Tensor v = Normalised(FixedVector(layer));
  for (int64_t i = 0; i < iterations; ++i) v = Normalised(MultiplyTwice(layer, v));
  return v;
}

at::Tensor ByLanczos(const LinearLayer& layer, int64_t iterations) {
  const at::Tensor start = FixedVector(layer);
  const auto multiply = [&layer](const at::Tensor& v) { return MultiplyTwice(layer, v); };
  const Eigenpairs top =
      ExtremeEigenpairs(multiply, start.flatten(), FixedGenerator(), {.max_products = iterations});
  return top.pairs.empty() ? start : top.pairs[0].vector.view(layer.inputs);
}

// The right singular vector of a dense layer from WᵀW, or from WWᵀ if that is smaller.
at::Tensor ByDecomposition(const LinearLayer& layer) {
  const at::Tensor w = layer.weight.detach();
  if (!w.isfinite().all().item<bool>()) return FixedVector(layer);
  if (w.size(1) <= w.size(0)) {
    return std::get<1>(at::linalg_eigh(w.t().matmul(w))).select(1, -1).unsqueeze(0);
  }
  const at::Tensor u = std::get<1>(at::linalg_eigh(w.matmul(w.t()))).select(1, -1);
  return Normalised(u.matmul(w)).unsqueeze(0);
}

class SpectralNorm : public Regularizer {
 public:
  explicit SpectralNorm(const SpectralNormOptions& options) : options_(options) {}

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    at::Tensor sum = at::zeros({}, evaluation.loss.options().dtype(at::kDouble));
    for (const LinearLayer& layer : LinearLayersOf(evaluation.loss, evaluation.network.params)) {
      sum = sum + SquaredNorm({layer.Apply(SingularVector(layer).detach())});
    }
    return (0.5 * sum).to(evaluation.loss.scalar_type());
  }

 private:
  at::Tensor SingularVector(const LinearLayer& layer) const {
    if (options_.method == SpectralMethod::kPowerIteration) {
      return ByPowerIteration(layer, options_.iterations);
    }
    if (layer.convolution || layer.gain.defined()) return ByLanczos(layer, options_.iterations);
    return ByDecomposition(layer);
  }

  const SpectralNormOptions options_;
};

}  // namespace

std::unique_ptr<Regularizer> MakeSpectralNorm(const SpectralNormOptions& options) {
  return std::make_unique<SpectralNorm>(options);
}

}  // namespace geometer::geometry
