#include "worker/geometry/combinations/pcgrad.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/zeros.h>

namespace geometer::geometry {
namespace {

class Pcgrad : public Combination {
 public:
  Tensors Combine(const std::vector<Tensors>& gradients,
                  const RandomSource& random) const override {
    if (gradients.size() == 1) return gradients[0];
    const at::Tensor gram = GramMatrix(gradients);
    const int64_t count = gram.size(0);
    const at::Generator generator = random.Generator("pcgrad");
    at::Tensor total = at::zeros({count}, at::kDouble);
    for (int64_t i = 0; i < count; ++i) {
      at::Tensor weights = at::eye(count, at::kDouble)[i];  // of g, in the g_j
      const at::Tensor order = Permutation(count, generator);
      for (int64_t k = 0; k < count; ++k) {
        const auto j = order[k].item<int64_t>();
        const double product = weights.dot(gram[j]).item<double>();
        if (j != i && product < 0) weights[j] -= product / gram[j][j];
      }
      total += weights;
    }
    return WeightedSum(gradients, total);
  }
};

}  // namespace

std::unique_ptr<Combination> MakePcgrad() { return std::make_unique<Pcgrad>(); }

}  // namespace geometer::geometry
