#include "worker/geometry/combinations/combination.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/empty.h>

namespace geometer::geometry {
namespace {

class Sum : public Combination {
 public:
  Tensors Combine(const std::vector<Tensors>& gradients, const RandomSource&) const override {
    Tensors sum = gradients.at(0);
    for (size_t i = 1; i < gradients.size(); ++i) sum = at::_foreach_add(sum, gradients[i]);
    return sum;
  }
};

}  // namespace

std::unique_ptr<Combination> MakeSum() { return std::make_unique<Sum>(); }

at::Tensor GramMatrix(const std::vector<Tensors>& gradients) {
  const auto count = static_cast<int64_t>(gradients.size());
  std::vector<at::Tensor> flat;
  for (const Tensors& gradient : gradients) flat.push_back(Flatten(gradient).to(at::kDouble));
  at::Tensor gram = at::empty({count, count}, at::kDouble);
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = i; j < count; ++j) gram[i][j] = gram[j][i] = flat[i].dot(flat[j]).cpu();
  }
  return gram;
}

Tensors WeightedSum(const std::vector<Tensors>& gradients, const at::Tensor& weights) {
  Tensors sum;
  for (size_t j = 0; j < gradients.size(); ++j) {
    const auto weight = weights[static_cast<int64_t>(j)].item<double>();
    Tensors term = at::_foreach_mul(gradients[j], weight);
    sum = sum.empty() ? std::move(term) : at::_foreach_add(sum, term);
  }
  return sum;
}

}  // namespace geometer::geometry
