#include "worker/geometry/probes/chain_norms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>

#include "worker/geometry/probes/dense_chain.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

// What the product of Jacobians is made of.
struct Factors {
  Tensors weights;  // of layers 1 … L, [out, in]
  Tensors slopes;   // σ'(z) of layers 1 … L − 1, [N, out]
};

Factors FactorsAt(const Network& network, const at::Tensor& inputs) {
  const Activation activation = *network.model->DenseChain();
  const Tensors& params = network.params;
  const size_t stride = params.back().dim() == 1 ? 2 : 1;  // with or without biases
  Factors factors{{params[0]}, {}};
  at::Tensor h = inputs.flatten(1);
  for (size_t i = 0; i + stride < params.size(); i += stride) {
    const at::Tensor z = at::linear(h, params[i], stride == 2 ? params[i + 1] : at::Tensor());
    factors.slopes.push_back(Slopes(activation, z));
    factors.weights.push_back(params[i + stride]);
    h = Activate(activation, z);
  }
  return factors;
}

at::Tensor SumByExample(const at::Tensor& squares) {
  return squares.sum(at::IntArrayRef{1, 2}, /*keepdim=*/false, at::kDouble);
}

}  // namespace

at::Tensor ChainSquaredNorms(const Network& network, const at::Tensor& inputs) {
  const auto [weights, slopes] = FactorsAt(network, inputs);
  at::Tensor g = weights.back().expand({inputs.size(0), -1, -1});  // ∂f/∂h_l, [N, K, in]
  if (slopes.empty()) return SumByExample(g.square());
  for (size_t l = slopes.size(); l > 1; --l) {
    g = at::matmul(g * slopes[l - 1].unsqueeze(1), weights[l - 1]);
  }
  g = g * slopes[0].unsqueeze(1);
  const at::Tensor& first = weights[0];
  if (first.size(0) >= first.size(1)) return SumByExample(at::matmul(g, first).square());
  return SumByExample(at::matmul(g, at::matmul(first, first.t())).mul_(g));
}

}  // namespace geometer::geometry
