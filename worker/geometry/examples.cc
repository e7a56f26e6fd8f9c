#include "worker/geometry/examples.h"

#include <ATen/ops/empty.h>

namespace geometer::geometry {

Examples Examples::Slice(int64_t begin, int64_t end) const {
  return {inputs.slice(0, begin, end), targets.slice(0, begin, end)};
}

Examples Examples::Select(const at::Tensor& indices) const {
  const at::Tensor rows = indices.to(inputs.device());
  return {inputs.index_select(0, rows), targets.index_select(0, rows)};
}

Examples Examples::To(const at::Device& device) const {
  return {inputs.to(device), targets.to(device)};
}

std::vector<Examples> Chunks(const Examples& examples, int64_t size) {
  TORCH_CHECK(size >= 1, "expected a chunk size of at least 1, got ", size);
  std::vector<Examples> chunks;
  for (int64_t begin = 0; begin < examples.size(); begin += size) {
    chunks.push_back(examples.Slice(begin, begin + size));
  }
  return chunks;
}

void ExampleRows::Append(const at::Tensor& rows) {
  if (!rows_.defined()) {
    std::vector<int64_t> shape = rows.sizes().vec();
    shape[0] = examples_;
    rows_ = at::empty(shape, rows.options().requires_grad(false));
  }
  rows_.slice(0, appended_, appended_ + rows.size(0)).copy_(rows.detach());
  appended_ += rows.size(0);
}

const at::Tensor& ExampleRows::all() const {
  TORCH_CHECK(appended_ == examples_, "expected rows of ", examples_, " examples, got ", appended_);
  return rows_;
}

}  // namespace geometer::geometry
