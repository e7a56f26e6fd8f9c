#include "worker/geometry/probes/stepped_loss.h"

namespace geometer::geometry {
namespace {

at::Tensor ToDouble(const at::Tensor& tensor) {
  return tensor.is_floating_point() ? tensor.detach().to(at::kDouble) : tensor;
}

Tensors ToDouble(const Tensors& tensors) {
  Tensors converted;
  for (const at::Tensor& tensor : tensors) converted.push_back(ToDouble(tensor));
  return converted;
}

}  // namespace

Landscape SteppedLoss(const Subject& subject) {
  auto loss = [subject](const Tensors& params) {
    const Network there{subject.network.model, params, subject.network.buffers};
    return MeanLoss(there, *subject.objective, subject.sample, subject.chunk_size);
  };
  return {loss, subject.network.params, subject.descent.weight_decay};
}

at::Tensor Theta(const Subject& subject) {
  return Flatten(subject.network.params).detach().to(at::kDouble);
}

Subject InDouble(const Subject& subject) {
  Subject converted = subject;
  converted.network.params = ToDouble(subject.network.params);
  converted.network.buffers = ToDouble(subject.network.buffers);
  return converted;
}

}  // namespace geometer::geometry
