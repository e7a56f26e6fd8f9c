#include "worker/geometry/regularizers/parameter_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

namespace geometer::geometry {
namespace {

Tensors Members(ParameterGroup group, const Tensors& params) {
  Tensors members;
  const size_t output = params.size() - OutputTensors(params);
  for (size_t i = 0; i < params.size(); ++i) {
    const bool vector = params[i].dim() <= 1;
    if ((group == ParameterGroup::kWeights && vector) ||
        (group == ParameterGroup::kVectors && !vector) ||
        (group == ParameterGroup::kOutput && i < output)) {
      continue;
    }
    members.push_back(params[i]);
  }
  return members;
}

class ParameterNorm : public Regularizer {
 public:
  ParameterNorm(ParameterGroup group, double power) : group_(group), power_(power) {}

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    at::Tensor sum = at::zeros_like(evaluation.loss, at::kDouble);
    for (const at::Tensor& member : Members(group_, evaluation.network.params)) {
      sum = sum + member.to(at::kDouble).abs().pow(power_).sum();
    }
    return sum.to(evaluation.loss.scalar_type());
  }

 private:
  const ParameterGroup group_;
  const double power_;
};

}  // namespace

std::unique_ptr<Regularizer> MakeParameterNorm(ParameterGroup group, double power) {
  return std::make_unique<ParameterNorm>(group, power);
}

}  // namespace geometer::geometry
