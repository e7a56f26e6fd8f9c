#include "worker/geometry/probes/dense_chain.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// ‖A‖₂² of each matrix of [..., rows, columns]; NaN where one of all entries is not finite.
at::Tensor SquaredSpectralNorms(const at::Tensor& matrices) {
  const at::Tensor a = matrices.size(-2) <= matrices.size(-1) ? matrices : matrices.mT();
  if (!a.isfinite().all().item<bool>()) {
    const at::IntArrayRef batch = a.sizes().slice(0, a.dim() - 2);
    return at::full(batch, std::numeric_limits<double>::quiet_NaN(), a.options());
  }
  return at::linalg_eigvalsh(a.matmul(a.mT())).select(-1, -1);
}

// What a forward pass leaves of each layer.
struct Passage {
  Tensors h;         // [N, in]: inputs of layers 1 … L
  Tensors slopes;    // [N, out]: σ'(z) of layers 1 … L − 1
  Tensors spectral;  // [N]: ‖∂h_l/∂x‖₂² of layers 1 … L
};

Passage PassThrough(const DenseChain& chain, const at::Tensor& inputs) {
  Passage passage{{inputs}, {}, {at::ones({inputs.size(0)}, inputs.options())}};
  at::Tensor jacobian = at::eye(inputs.size(1), inputs.options());
  for (size_t l = 0; l + 1 < chain.layers.size(); ++l) {
    const DenseLayer& layer = chain.layers[l];
    const at::Tensor z = at::linear(passage.h.back(), layer.weight, layer.bias);
    passage.slopes.push_back(Slopes(chain.activation, z));
    passage.h.push_back(Activate(chain.activation, z));
    jacobian = passage.slopes.back().unsqueeze(2) * layer.weight.matmul(jacobian);
    passage.spectral.push_back(SquaredSpectralNorms(jacobian));
  }
  return passage;
}

at::Tensor Zeros(const at::Tensor& inputs) { return at::zeros({inputs.size(0)}, inputs.options()); }

TransferTerms TransferTermsTogether(const DenseChain& chain, const at::Tensor& inputs) {
  const Passage passage = PassThrough(chain, inputs.detach().to(at::kDouble).flatten(1));
  const at::Tensor& x = passage.h[0];
  TransferTerms terms{{}, Zeros(x), Zeros(x)};
  at::Tensor g =
      at::eye(chain.layers.back().weight.size(0), x.options()).expand({x.size(0), -1, -1});
  for (size_t l = chain.layers.size(); l-- > 0;) {
    const DenseLayer& layer = chain.layers[l];
    const double bias = layer.bias.defined() ? 1 : 0;
    const at::Tensor size = passage.h[l].square().sum(1) + bias;
    const at::Tensor reach = layer.spectral * passage.spectral[l];
    terms.tau += at::where(reach.eq(0), Zeros(x), size / reach);
    terms.gradient += g.square().sum({1, 2}) * size;  // g = ∂f/∂z_l, [N, K, out]
    g = g.matmul(layer.weight);
    if (l > 0) g = g * passage.slopes[l - 1].unsqueeze(1);
  }
  terms.jacobian = g.square().sum({1, 2});
  return terms;
}

}  // namespace

DenseChain DenseChainOf(const Network& network) {
  const std::optional<Activation> activation = network.model->DenseChain(Mode::kEvaluation);
  TORCH_CHECK(activation, "expected a plain chain of dense layers, got another architecture");
  DenseChain chain{{}, *activation};
  for (const at::Tensor& parameter : network.params) {
    const at::Tensor values = parameter.detach().to(at::kDouble);
    if (values.dim() == 1) {
      chain.layers.back().bias = values;
      continue;
    }
    const double spectral = SquaredSpectralNorms(values).item<double>();
    chain.layers.push_back({values, {}, spectral, values.square().sum().item<double>()});
  }
  return chain;
}

ChainBounds BoundsOf(const DenseChain& chain) {
  const auto depth = static_cast<double>(chain.layers.size());
  double spectral = 1, frobenius = 1, sum = 0, best_ratio = std::numeric_limits<double>::infinity();
  int64_t rank = chain.layers[0].weight.size(1);
  for (const DenseLayer& layer : chain.layers) {
    spectral *= layer.spectral;
    frobenius *= layer.frobenius;
    sum += layer.frobenius;
    best_ratio = std::min(best_ratio, layer.frobenius / layer.spectral);
    rank = std::min(rank, layer.weight.size(0));
  }
  const double c = std::pow(LipschitzConstant(chain.activation), depth - 1);
  return {.spectral = static_cast<double>(rank) * spectral * c * c,
          .mixed = best_ratio * spectral * c * c,
          .frobenius = frobenius * c * c,
          .parameter_norm = std::pow(sum / depth, depth) * c * c,
          .lipschitz = std::sqrt(spectral) * c};
}

TransferTerms TransferTermsOf(const DenseChain& chain, const at::Tensor& inputs) {
  constexpr int64_t kTogether = 16;
  Tensors jacobian, tau, gradient;
  for (const at::Tensor& some : inputs.split(kTogether)) {
    const TransferTerms terms = TransferTermsTogether(chain, some);
    jacobian.push_back(terms.jacobian);
    tau.push_back(terms.tau);
    gradient.push_back(terms.gradient);
  }
  return {at::cat(jacobian), at::cat(tau), at::cat(gradient)};
}

double SamplingSlack(int64_t rank, double lipschitz, int64_t examples, double delta) {
  const auto m = static_cast<double>(examples);
  return static_cast<double>(rank) * lipschitz * lipschitz *
         std::sqrt(std::log(2 / delta) / (2 * m));
}

}  // namespace geometer::geometry
