#include "worker/geometry/input_jacobian.h"

#include <ATen/TensorOperators.h>
#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <vector>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kRowsAtOnce = 64;  // vectors times examples

// While it lives, operations on the tensors that it wrapped act on all slices of their first
// dimension, which they do not see.
class VmapLevel {
 public:
  explicit VmapLevel(int64_t size)
      : size_(size),
        level_(at::functorch::initAndPushDynamicLayer(at::functorch::TransformType::Vmap,
                                                      c10::SymInt(size),
                                                      at::functorch::RandomnessType::Error)) {}
  ~VmapLevel() { at::functorch::popDynamicLayerAndDeleteMetadata(); }
  VmapLevel(const VmapLevel&) = delete;
  VmapLevel& operator=(const VmapLevel&) = delete;

  at::Tensor Wrap(const at::Tensor& tensor) const {
    return at::functorch::addBatchDim(tensor, 0, level_);
  }

  at::Tensor Unwrap(const at::Tensor& tensor) const {
    const auto* batched = at::functorch::maybeGetBatchedImpl(tensor);
    if (batched == nullptr) {
      std::vector<int64_t> sizes = tensor.sizes().vec();
      sizes.insert(sizes.begin(), size_);
      return tensor.expand(sizes);
    }
    return batched->value().movedim(batched->bdim(), 0);
  }

 private:
  const int64_t size_;
  const int64_t level_;
};

}  // namespace

InputJacobian::InputJacobian(const at::Tensor& output, const at::Tensor& inputs)
    : output_(output), inputs_(inputs) {
  TORCH_CHECK(inputs.requires_grad(),
              "expected inputs that require gradients, got ones that don't");
  TORCH_CHECK(output.size(0) == inputs.size(0), "expected an output for each of ", inputs.size(0),
              " examples, got ", output.size(0));
}

int64_t InputJacobian::VectorsAtOnce() const {
  return std::max<int64_t>(1, kRowsAtOnce / examples());
}

at::Tensor InputJacobian::LeftMultiply(const at::Tensor& v) const {
  const int64_t vectors = v.size(0);
  if (!output_.requires_grad()) {
    return at::zeros({vectors, examples(), columns()}, options());
  }
  std::vector<int64_t> sizes = output_.sizes().vec();
  sizes.insert(sizes.begin(), vectors);
  const at::Tensor weights = v.to(output_.scalar_type()).reshape(sizes);
  const auto pull_back = [this](const at::Tensor& weight) {
    return VectorJacobianProduct({output_}, {weight}, {inputs_})[0];
  };
  if (vectors == 1) return pull_back(weights[0]).reshape({1, examples(), columns()});
  const VmapLevel level(vectors);
  const at::Tensor products = level.Unwrap(pull_back(level.Wrap(weights)));
  return products.reshape({vectors, examples(), columns()});
}

// vᵀJ is linear in v, whatever v is: its derivative in v is J.
InputJacobian InputJacobian::Transposed() const {
  const at::Tensor v = at::zeros_like(output_.detach()).requires_grad_();
  if (!output_.requires_grad()) return {at::zeros_like(inputs_.detach()), v};
  return {VectorJacobianProduct({output_}, {v}, {inputs_}, /*create_graph=*/true)[0], v};
}

at::Tensor SquaredLengths(const InputJacobian& jacobian, const at::Tensor& v) {
  return jacobian.LeftMultiply(v).square().sum(at::IntArrayRef{0, 2}, /*keepdim=*/false,
                                               at::kDouble);
}

at::Tensor SquaredNorms(const InputJacobian& jacobian) {
  const int64_t rows = jacobian.rows(), at_once = jacobian.VectorsAtOnce();
  at::Tensor norms;
  for (int64_t begin = 0; begin < rows; begin += at_once) {
    const int64_t count = std::min(at_once, rows - begin);
    at::Tensor units = at::zeros({count, 1, rows}, jacobian.options());
    units.select(1, 0).diagonal(begin).fill_(1);
    const at::Tensor part =
        SquaredLengths(jacobian, units.expand({count, jacobian.examples(), rows}));
    norms = norms.defined() ? norms.add_(part) : part;
  }
  return norms;
}

}  // namespace geometer::geometry
