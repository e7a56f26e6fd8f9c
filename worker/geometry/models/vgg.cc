#include "worker/geometry/models/vgg.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_avg_pool2d.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/layers.h"
#include "worker/geometry/piecewise_linear.h"

namespace geometer::geometry {
namespace {

constexpr int kStages = 5;

// Convolutions of each stage.
std::array<int, kStages> StagesOf(int64_t depth) {
  switch (depth) {
    case 11:
      return {1, 1, 2, 2, 2};
    case 13:
      return {2, 2, 2, 2, 2};
    case 16:
      return {2, 2, 3, 3, 3};
    case 19:
      return {2, 2, 4, 4, 4};
    default:
      TORCH_CHECK(false, "expected a depth of 11, 13, 16 or 19, got ", depth);
  }
}

class Vgg : public LayeredModel {
 public:
  explicit Vgg(const VggOptions& options) : options_(options), stages_(StagesOf(options.depth)) {
    Declare({options.channels, 32, 32});
  }

 private:
  void Walk(Layers& layers, at::Tensor x, ForwardResult& result) const override {
    int place = 0;  // in torchvision's sequence of layers
    for (int stage = 0; stage < kStages; ++stage) {
      const int64_t channels = options_.width << std::min(stage, 3);
      for (int i = 0; i < stages_[stage]; ++i) {
        x = layers.Convolve(absl::StrCat("features.", place++), x, {channels});
        if (options_.batch_norm) x = layers.Normalize(absl::StrCat("features.", place++), x);
        x = Rectify(x);
        ++place;
      }
      x = PoolMaximum(x);
      ++place;
      result.activations.push_back({absl::StrCat("stage", stage + 1), x});
    }
    x = layers.Drop("features", at::adaptive_avg_pool2d(x, {1, 1}).flatten(1), options_.dropout);
    result.activations.push_back({"features", x});
    result.output = layers.Dense("classifier", x, options_.outputs, Matrix(Initialization::kTorch));
  }

  const VggOptions options_;
  const std::array<int, kStages> stages_;
};

}  // namespace

std::unique_ptr<Model> MakeVgg(const VggOptions& options) { return std::make_unique<Vgg>(options); }

}  // namespace geometer::geometry
