#include "worker/geometry/noise/input_noise.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

namespace geometer::geometry {
namespace {

class InputNoise : public Noise {
 public:
  Examples Apply(const Examples& batch, double strength,
                 const at::Generator& generator) const override {
    const at::Tensor drawn = at::empty(batch.inputs.sizes(), at::kDouble);
    drawn.normal_(0, 1, generator);
    return {batch.inputs + (drawn * strength).to(batch.inputs), batch.targets};
  }
};

}  // namespace

std::unique_ptr<Noise> MakeInputNoise() { return std::make_unique<InputNoise>(); }

}  // namespace geometer::geometry
