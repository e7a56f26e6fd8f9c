#include "worker/geometry/chain_norms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>

#include "worker/geometry/models/activation.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

// What the product of Jacobians is made of.
struct Factors {
  Tensors weights;  // of layers 1 … L, [out, in]
  Tensors slopes;   // σ'(z) of layers 1 … L − 1, [N, out]
};

Factors FactorsAt(const Network& network, const at::Tensor& inputs) {
  const Activation activation = *network.model->DenseChain(Mode::kEvaluation);
  const Tensors& params = network.params;
  const size_t stride = OutputTensors(params);  // with or without biases
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

// a∘b, in place of `a` where nothing will be differentiated.
at::Tensor Times(const at::Tensor& a, const at::Tensor& b) {
  return a.requires_grad() || b.requires_grad() ? a * b : a.mul_(b);
}

at::Tensor SumByExample(const at::Tensor& squares) {
  return squares.sum(at::IntArrayRef{1, 2}, /*keepdim=*/false, at::kDouble);
}

// Of some examples, whose slopes are `slopes`; `gram` is W₁W₁ᵀ, or undefined.
at::Tensor SquaredNorms(const Tensors& weights, const Tensors& slopes, const at::Tensor& gram) {
  at::Tensor g = weights.back() * slopes.back().unsqueeze(1);  // ∂f/∂z_l, [N, K, out]
  for (size_t l = slopes.size(); l > 1; --l) {
    g = Times(at::matmul(g, weights[l - 1]), slopes[l - 2].unsqueeze(1));
  }
  if (gram.defined()) return SumByExample(Times(at::matmul(g, gram), g));
  return SumByExample(at::matmul(g, weights[0]).square());
}

}  // namespace

at::Tensor ChainSquaredNorms(const Network& network, const at::Tensor& inputs) {
  constexpr int64_t kBlock = 64;  // examples whose rows fit into a cache
  const auto [weights, slopes] = FactorsAt(network, inputs);
  const at::Tensor& first = weights[0];
  if (slopes.empty()) {
    return first.square().sum(at::kDouble).expand({inputs.size(0)});
  }
  const bool narrow = first.size(0) < first.size(1);
  const at::Tensor gram = narrow ? at::matmul(first, first.t()) : at::Tensor();
  Tensors norms;
  for (int64_t begin = 0; begin < inputs.size(0); begin += kBlock) {
    Tensors block;
    for (const at::Tensor& slope : slopes) block.push_back(slope.slice(0, begin, begin + kBlock));
    norms.push_back(SquaredNorms(weights, block, gram));
  }
  return at::cat(norms);
}

}  // namespace geometer::geometry
