#include "worker/geometry/objectives/mean_squared_error.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/one_hot.h>

namespace geometer::geometry {
namespace {

class MeanSquaredError : public Objective {
 public:
  at::Tensor PerExample(const at::Tensor& output, const at::Tensor& targets) const override {
    const bool labels = targets.scalar_type() == at::kLong;
    const at::Tensor wanted = labels ? at::one_hot(targets, output.size(1)).to(output) : targets;
    TORCH_CHECK(wanted.sizes() == output.sizes(), "expected targets of shape ", output.sizes(),
                ", got ", wanted.sizes());
    return (output - wanted).square().mean(1);
  }
};

}  // namespace

std::unique_ptr<Objective> MakeMeanSquaredError() { return std::make_unique<MeanSquaredError>(); }

}  // namespace geometer::geometry
