#include "worker/geometry/models/wide_resnet.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_avg_pool2d.h>

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/layers.h"
#include "worker/geometry/piecewise_linear.h"

namespace geometer::geometry {
namespace {

constexpr int kStages = 3;
constexpr int64_t kStemChannels = 16;

class WideResNet : public LayeredModel {
 public:
  explicit WideResNet(const WideResNetOptions& options) : options_(options) {
    Declare({options.channels, 32, 32});
  }

 private:
  void Walk(Layers& layers, at::Tensor x, ForwardResult& result) const override {
    x = layers.Convolve("conv1", x, {.channels = kStemChannels, .bias = !options_.batch_norm});
    for (int stage = 0; stage < kStages; ++stage) {
      for (int64_t block = 0; block < options_.blocks; ++block) x = Block(layers, x, stage, block);
      result.activations.push_back({absl::StrCat("block", stage + 1), x});
    }
    x = at::adaptive_avg_pool2d(Activated(layers, "bn1", x), {1, 1}).flatten(1);
    result.activations.push_back({"features", x});
    result.output = layers.Dense("fc", x, options_.outputs, Matrix(Initialization::kTorch));
  }

  at::Tensor Block(Layers& layers, const at::Tensor& x, int stage, int64_t block) const {
    const std::string prefix = absl::StrCat("block", stage + 1, ".layer.", block, ".");
    ConvolutionLayer first{.channels = (kStemChannels << stage) * options_.widening,
                           .stride = stage > 0 && block == 0 ? 2 : 1,
                           .bias = !options_.batch_norm};
    ConvolutionLayer last = first;
    last.stride = 1;
    last.law = HeFanOut(LastScale());
    const at::Tensor active = Activated(layers, prefix + "bn1", x);
    at::Tensor y = layers.Convolve(prefix + "conv1", active, first);
    y = layers.Drop(prefix + "dropout", Activated(layers, prefix + "bn2", y), options_.dropout);
    y = layers.Convolve(prefix + "conv2", y, last);
    if (x.size(1) == first.channels && first.stride == 1) return y + x;
    first.kernel = 1;
    return y + layers.Convolve(prefix + "convShortcut", active, first);
  }

  at::Tensor Activated(Layers& layers, const std::string& norm, const at::Tensor& x) const {
    return Rectify(options_.batch_norm ? layers.Normalize(norm, x) : x);
  }

  // Without normalisation each block would double the variance of its input.
  double LastScale() const {
    return options_.batch_norm ? 1 : 1 / std::sqrt(static_cast<double>(kStages * options_.blocks));
  }

  const WideResNetOptions options_;
};

}  // namespace

std::unique_ptr<Model> MakeWideResNet(const WideResNetOptions& options) {
  return std::make_unique<WideResNet>(options);
}

}  // namespace geometer::geometry
