#include "worker/geometry/noise/target_noise.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/one_hot.h>

namespace geometer::geometry {
namespace {

class TargetNoise : public Noise {
 public:
  explicit TargetNoise(int64_t classes) : classes_(classes) {}

  Examples Apply(const Examples& batch, double strength,
                 const at::Generator& generator) const override {
    const bool labels = batch.targets.scalar_type() == at::kLong;
    const at::Tensor values = labels ? at::one_hot(batch.targets, classes_) : batch.targets;
    const at::Tensor drawn = at::empty(values.sizes(), at::kDouble).normal_(0, 1, generator);
    const at::Tensor noise = (drawn * strength).to(batch.inputs.options());
    return {batch.inputs, values.to(batch.inputs.scalar_type()) + noise};
  }

 private:
  const int64_t classes_;
};

}  // namespace

std::unique_ptr<Noise> MakeTargetNoise(int64_t classes) {
  return std::make_unique<TargetNoise>(classes);
}

}  // namespace geometer::geometry
