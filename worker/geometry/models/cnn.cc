#include "worker/geometry/models/cnn.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/layers.h"
#include "worker/geometry/piecewise_linear.h"

namespace geometer::geometry {
namespace {

class Cnn : public LayeredModel {
 public:
  explicit Cnn(const CnnOptions& options) : options_(options) { Declare(options.input); }

 private:
  void Walk(Layers& layers, at::Tensor x, ForwardResult& result) const override {
    for (size_t i = 0; i < options_.channels.size(); ++i) {
      const std::string name = absl::StrCat("conv", i + 1);
      const ConvolutionLayer layer{.channels = options_.channels[i],
                                   .kernel = options_.kernel,
                                   .bias = !options_.batch_norm};
      x = layers.Convolve(name, x, layer);
      if (options_.batch_norm) x = layers.Normalize(absl::StrCat("bn", i + 1), x);
      x = Pool(Activate(options_.activation, x));
      result.activations.push_back({name, x});
    }
    x = layers.Dense("features", x.flatten(1), options_.features, Matrix(Initialization::kHe));
    x = layers.Drop("features", Activate(options_.activation, x), options_.dropout);
    result.activations.push_back({"features", x});
    result.output = layers.Dense("output", x, options_.outputs, Matrix(Initialization::kTorch));
  }

  at::Tensor Pool(const at::Tensor& x) const {
    return options_.average_pooling ? at::avg_pool2d(x, 2) : PoolMaximum(x);
  }

  const CnnOptions options_;
};

}  // namespace

std::unique_ptr<Model> MakeCnn(const CnnOptions& options) { return std::make_unique<Cnn>(options); }

}  // namespace geometer::geometry
