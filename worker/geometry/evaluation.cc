#include "worker/geometry/evaluation.h"

#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>

namespace geometer::geometry {
namespace {

// While it lives, this thread's products on a device are taken in bfloat16. The casts of parameters
// are not kept: each is used once, and the graph of one evaluation is not another's.
class BfloatProducts {
 public:
  explicit BfloatProducts(at::DeviceType device) : device_(device) {
    at::autocast::set_autocast_enabled(device_, true);
    at::autocast::set_autocast_dtype(device_, at::kBFloat16);
    at::autocast::set_autocast_cache_enabled(false);
  }
  BfloatProducts(const BfloatProducts&) = delete;
  BfloatProducts& operator=(const BfloatProducts&) = delete;
  ~BfloatProducts() {
    at::autocast::set_autocast_enabled(device_, false);
    at::autocast::set_autocast_cache_enabled(true);
  }

 private:
  const at::DeviceType device_;
};

// Inputs and values, but not labels, in `dtype`.
Examples In(at::ScalarType dtype, const Examples& examples) {
  const auto convert = [dtype](const at::Tensor& tensor) {
    return tensor.is_floating_point() ? tensor.to(dtype) : tensor;
  };
  return {convert(examples.inputs), convert(examples.targets)};
}

}  // namespace

ForwardResult Network::Forward(const at::Tensor& inputs, const Pass& pass) const {
  if (!pass.bfloat16) return model->Forward(params, buffers, inputs, pass);
  const BfloatProducts products(inputs.device().type());
  ForwardResult result = model->Forward(params, buffers, inputs, pass);
  result.output = result.output.to(params[0].scalar_type());
  return result;
}

Network Detached(const Network& network, bool track) {
  Network copy{network.model, {}, network.buffers};
  for (const at::Tensor& parameter : network.params) {
    copy.params.push_back(parameter.detach().requires_grad_(track));
  }
  return copy;
}

Evaluation Evaluate(const Network& network, const Objective& objective, const Examples& batch,
                    const Pass& pass) {
  ForwardResult forward = network.Forward(batch.inputs, pass);
  at::Tensor loss = objective.Loss(forward.output, batch.targets);
  return {network, batch, std::move(forward), std::move(loss), &objective, pass};
}

Evaluation Evaluation::At(const Tensors& params) const {
  return Evaluate({network.model, params, network.buffers}, *objective, batch, pass);
}

Evaluation Evaluation::On(const Examples& other) const {
  return Evaluate(network, *objective, other, pass);
}

ChunkedLoss MeanLoss(const Network& network, const Objective& objective, const Examples& sample,
                     int64_t chunk_size) {
  const std::vector<Examples> chunks = Chunks(sample, chunk_size);
  const double weight = 1.0 / static_cast<double>(sample.size());
  auto term = [network, &objective, chunks, weight](int64_t index) {
    const Examples chunk = In(network.params[0].scalar_type(), chunks[index]);
    const at::Tensor output = network.Forward(chunk.inputs, Mode::kEvaluation).output;
    return objective.PerExample(output, chunk.targets).sum() * weight;
  };
  return {static_cast<int64_t>(chunks.size()), term};
}

}  // namespace geometer::geometry
