#include "tests/benchmarks/geometry/small_resnet.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>
#include <c10/util/accumulate.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "worker/geometry/convolution.h"
#include "worker/geometry/models/initialization.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kClasses = 10;
constexpr int64_t kWidths[] = {16, 32, 64};

class SmallResNet : public Model {
 public:
  SmallResNet() {
    Declare("conv1", {kWidths[0], 3, 3, 3});
    for (int64_t before = kWidths[0]; const int64_t width : kWidths) {
      const std::string block = absl::StrCat("block", width, ".");
      Declare(block + "conv1", {width, before, 3, 3});
      Declare(block + "conv2", {width, width, 3, 3});
      if (width != before) Declare(block + "shortcut", {width, before, 1, 1});
      before = width;
    }
    Declare("fc", {kClasses, kWidths[2]});
  }

  Variables Initialize(uint64_t seed, const at::TensorOptions& options) const override {
    Variables fresh;
    for (size_t i = 0; i < shapes_.size(); ++i) {
      const std::vector<int64_t>& shape = shapes_[i];
      const int64_t fan_in = c10::multiply_integers(shape) / shape[0];
      const at::Generator generator = ParameterGenerator(seed, parameter_names_[2 * i]);
      fresh.parameters.push_back(
          DrawUniform(1 / std::sqrt(static_cast<double>(fan_in)), shape, generator).to(options));
      fresh.parameters.push_back(at::zeros({shape[0]}, options));
    }
    return fresh;
  }

  ForwardResult Forward(at::TensorList parameters, at::TensorList buffers, const at::Tensor& inputs,
                        const Pass& /*nothing here depends on it*/) const override {
    const at::Tensor* next = parameters.data();
    const auto convolve = [&next](const at::Tensor& x, int64_t stride) {
      const at::Tensor &weight = next[0], &bias = next[1];
      next += 2;
      return Convolve(x, weight, bias, {stride, weight.size(2) / 2});
    };
    at::Tensor x = at::relu(convolve(inputs, 1));
    for (const int64_t width : kWidths) {
      const int64_t stride = width == x.size(1) ? 1 : 2;
      const at::Tensor hidden = at::relu(convolve(x, stride));
      const at::Tensor branch = convolve(hidden, 1);
      x = at::relu(branch + (stride == 1 ? x : convolve(x, stride)));
    }
    const at::Tensor features = at::adaptive_avg_pool2d(x, {1, 1}).flatten(1);
    return {at::linear(features, next[0], next[1]), {{"features", features}}, buffers.vec()};
  }

 private:
  void Declare(const std::string& name, const std::vector<int64_t>& shape) {
    parameter_names_.push_back(name + ".weight");
    parameter_names_.push_back(name + ".bias");
    shapes_.push_back(shape);
  }

  std::vector<std::vector<int64_t>> shapes_;  // of the weights
};

}  // namespace

std::unique_ptr<Model> MakeSmallResNet() { return std::make_unique<SmallResNet>(); }

}  // namespace geometer::geometry
