#include "worker/geometry/optimizers/buffers.h"

#include <ATen/ops/zeros_like.h>

#include "absl/strings/str_cat.h"

namespace geometer::geometry {

void AddBuffers(const std::string& what, const std::vector<std::string>& names,
                at::TensorList params, NamedTensors& state) {
  for (size_t i = 0; i < params.size(); ++i) {
    state.push_back({absl::StrCat(what, ".", names[i]), at::zeros_like(params[i].detach())});
  }
}

Tensors BuffersOf(const NamedTensors& state, size_t index, size_t count) {
  TORCH_CHECK(state.size() >= (index + 1) * count, "expected at least ", (index + 1) * count,
              " tensors of optimizer state, got ", state.size());
  Tensors buffers;
  for (size_t i = 0; i < count; ++i) buffers.push_back(state[index * count + i].tensor);
  return buffers;
}

}  // namespace geometer::geometry
