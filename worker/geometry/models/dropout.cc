#include "worker/geometry/models/dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

namespace geometer::geometry {

at::Tensor Dropped(const at::Tensor& x, double share, const std::string& layer, const Pass& pass) {
  if (share == 0 || pass.mode != Mode::kTraining) return x;
  const at::Generator generator = pass.random.Generator("dropout/" + layer);
  const at::Tensor drawn = at::empty(x.sizes(), at::kFloat).uniform_(0, 1, generator);
  return x * ((drawn >= share).to(x.options().requires_grad(false)) / (1 - share));
}

}  // namespace geometer::geometry
