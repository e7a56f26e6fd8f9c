#include "worker/geometry/models/resnet.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/max_pool2d.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/layers.h"
#include "worker/geometry/piecewise_linear.h"

namespace geometer::geometry {
namespace {

constexpr int kStages = 4;
constexpr int64_t kExpansion = 4;  // of a bottleneck

std::array<int, kStages> BlocksOf(int64_t depth) {
  TORCH_CHECK(depth == 18 || depth == 34 || depth == 50, "expected a depth of 18, 34 or 50, got ",
              depth);
  return depth == 18 ? std::array{2, 2, 2, 2} : std::array{3, 4, 6, 3};
}

class ResNet : public LayeredModel {
 public:
  explicit ResNet(const ResNetOptions& options)
      : options_(options), blocks_(BlocksOf(options.depth)) {
    Declare({options.channels, 32, 32});
  }

 private:
  void Walk(Layers& layers, at::Tensor x, ForwardResult& result) const override {
    x = Stem(layers, x);
    for (int stage = 0; stage < kStages; ++stage) {
      for (int block = 0; block < blocks_[stage]; ++block) x = Block(layers, x, stage, block);
      result.activations.push_back({absl::StrCat("layer", stage + 1), x});
    }
    x = at::adaptive_avg_pool2d(x, {1, 1}).flatten(1);
    result.activations.push_back({"features", x});
    result.output = layers.Dense("fc", x, options_.outputs, Matrix(Initialization::kTorch));
  }

  at::Tensor Stem(Layers& layers, const at::Tensor& x) const {
    if (!options_.imagenet_stem) {
      return Rectify(Convolve(layers, "conv1", "bn1", x, {options_.width}));
    }
    const ConvolutionLayer wide{.channels = options_.width, .kernel = 7, .stride = 2};
    return at::max_pool2d(Rectify(Convolve(layers, "conv1", "bn1", x, wide)), 3, 2, 1);
  }

  at::Tensor Block(Layers& layers, const at::Tensor& x, int stage, int block) const {
    const std::string prefix = absl::StrCat("layer", stage + 1, ".", block, ".");
    const int64_t stride = stage > 0 && block == 0 ? 2 : 1;
    const at::Tensor branch = Branch(layers, prefix, x, {options_.width << stage, 3, stride});
    if (stride == 1 && branch.size(1) == x.size(1)) return Rectify(branch + x);
    const ConvolutionLayer projection{.channels = branch.size(1), .kernel = 1, .stride = stride};
    return Rectify(
        branch + Convolve(layers, prefix + "downsample.0", prefix + "downsample.1", x, projection));
  }

  // `inner`: the block's convolution that halves the resolution, if any does.
  at::Tensor Branch(Layers& layers, const std::string& prefix, const at::Tensor& x,
                    const ConvolutionLayer& inner) const {
    const auto convolve = [&](int index, const at::Tensor& in, const ConvolutionLayer& layer) {
      const std::string number = std::to_string(index);
      return Convolve(layers, prefix + "conv" + number, prefix + "bn" + number, in, layer);
    };
    const int64_t width = inner.channels;
    if (options_.depth < 50) {
      const at::Tensor hidden = Rectify(convolve(1, x, inner));
      return convolve(2, hidden, {.channels = width, .law = HeFanOut(BranchScale())});
    }
    at::Tensor hidden = Rectify(convolve(1, x, {.channels = width, .kernel = 1}));
    hidden = Rectify(convolve(2, hidden, inner));
    return convolve(3, hidden,
                    {.channels = kExpansion * width, .kernel = 1, .law = HeFanOut(BranchScale())});
  }

  at::Tensor Convolve(Layers& layers, const std::string& name, const std::string& norm,
                      const at::Tensor& x, ConvolutionLayer layer) const {
    layer.bias = !options_.batch_norm;
    const at::Tensor y = layers.Convolve(name, x, layer);
    return options_.batch_norm ? layers.Normalize(norm, y) : y;
  }

  // Without normalisation each block would double the variance of its input.
  double BranchScale() const {
    if (options_.batch_norm) return 1;
    int blocks = 0;
    for (const int count : blocks_) blocks += count;
    return 1 / std::sqrt(static_cast<double>(blocks));
  }

  const ResNetOptions options_;
  const std::array<int, kStages> blocks_;  // of each stage
};

}  // namespace

std::unique_ptr<Model> MakeResNet(const ResNetOptions& options) {
  return std::make_unique<ResNet>(options);
}

}  // namespace geometer::geometry
