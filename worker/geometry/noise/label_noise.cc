#include "worker/geometry/noise/label_noise.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/where.h>

namespace geometer::geometry {
namespace {

class LabelNoise : public Noise {
 public:
  explicit LabelNoise(int64_t classes) : classes_(classes) {}

  Examples Apply(const Examples& batch, double strength,
                 const at::Generator& generator) const override {
    const at::IntArrayRef shape = batch.targets.sizes();
    const at::Tensor chance = at::empty(shape, at::kDouble).uniform_(0, 1, generator);
    const at::Tensor shift = at::randint(1, classes_, shape, generator, at::kLong);
    const at::Tensor moved = at::where(chance < strength, shift, 0).to(batch.targets.device());
    return {batch.inputs, (batch.targets + moved).remainder(classes_)};
  }

 private:
  const int64_t classes_;
};

}  // namespace

std::unique_ptr<Noise> MakeLabelNoise(int64_t classes) {
  TORCH_CHECK(classes >= 2, "expected at least two classes, got ", classes);
  return std::make_unique<LabelNoise>(classes);
}

}  // namespace geometer::geometry
