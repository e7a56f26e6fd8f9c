#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <utility>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// A network given by its forward pass, which counts its passes.
class FunctionModel : public Model {
 public:
  using Function = std::function<at::Tensor(at::TensorList params, const at::Tensor& inputs)>;

  explicit FunctionModel(Function function) : function_(std::move(function)) {}

  Variables Initialize(uint64_t, const at::TensorOptions&) const override { return {}; }

  ForwardResult Forward(at::TensorList parameters, at::TensorList, const at::Tensor& inputs,
                        const Pass&) const override {
    ++passes;
    return {function_(parameters, inputs), {}, {}};
  }

  mutable int passes = 0;

 private:
  const Function function_;
};

}  // namespace geometer::geometry
