#include "worker/geometry/models/head.h"

#include <utility>

namespace geometer::geometry {
namespace {

class Head : public Model {
 public:
  Head(std::shared_ptr<const Model> trunk, int64_t first, int64_t count)
      : trunk_(std::move(trunk)), first_(first), count_(count) {
    parameter_names_ = trunk_->parameter_names();
    buffer_names_ = trunk_->buffer_names();
  }

  Variables Initialize(uint64_t seed, const at::TensorOptions& options) const override {
    return trunk_->Initialize(seed, options);
  }

  ForwardResult Forward(at::TensorList parameters, at::TensorList buffers, const at::Tensor& inputs,
                        const Pass& pass) const override {
    ForwardResult result = trunk_->Forward(parameters, buffers, inputs, pass);
    result.output = result.output.narrow(1, first_, count_);
    return result;
  }

 private:
  const std::shared_ptr<const Model> trunk_;
  const int64_t first_, count_;
};

}  // namespace

std::unique_ptr<Model> MakeHead(std::shared_ptr<const Model> trunk, int64_t first, int64_t count) {
  return std::make_unique<Head>(std::move(trunk), first, count);
}

}  // namespace geometer::geometry
