#include "worker/geometry/tensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include "worker/geometry/known_gradient.h"

namespace geometer::geometry {

at::Tensor Flatten(at::TensorList tensors) {
  Tensors rows;
  for (const at::Tensor& tensor : tensors) rows.push_back(tensor.reshape({-1}));
  return at::cat(rows);
}

Tensors Unflatten(const at::Tensor& flat, at::TensorList like) {
  const at::Tensor all = flat.to(like.at(0).options());
  Tensors tensors;
  int64_t begin = 0;
  for (const at::Tensor& shape : like) {
    tensors.push_back(all.narrow(0, begin, shape.numel()).view(shape.sizes()));
    begin += shape.numel();
  }
  TORCH_CHECK(begin == flat.numel(), "expected a vector of ", begin, " entries, got ",
              flat.numel());
  return tensors;
}

at::Tensor ByRows(const at::Tensor& v, const std::function<at::Tensor(const at::Tensor&)>& map) {
  if (v.dim() == 1) return map(v);
  Tensors rows;
  for (const at::Tensor& row : v.unbind()) rows.push_back(map(row));
  return at::stack(rows);
}

at::Tensor SquaredNorm(at::TensorList tensors) {
  TORCH_CHECK(!tensors.empty(), "expected at least one tensor, got none");
  at::Tensor sum = at::zeros({}, tensors[0].options().dtype(at::kDouble));
  bool attached = false;
  for (const at::Tensor& tensor : tensors) {
    sum += tensor.detach().to(at::kDouble).square().sum();
    attached = attached || tensor.requires_grad();
  }
  if (!attached || !at::GradMode::is_enabled()) return sum;
  return WithGradient(sum, tensors, at::_foreach_mul(tensors, 2));
}

}  // namespace geometer::geometry
