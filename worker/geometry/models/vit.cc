#include "worker/geometry/models/vit.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/layers.h"

namespace geometer::geometry {
namespace {

class Vit : public LayeredModel {
 public:
  explicit Vit(const VitOptions& options) : options_(options) {
    TORCH_CHECK(options.width % options.heads == 0, "expected heads that divide the width ",
                options.width, ", got ", options.heads);
    Declare(options.input);
  }

 private:
  void Walk(Layers& layers, at::Tensor x, ForwardResult& result) const override {
    x = Embed(layers, x);
    for (int64_t layer = 0; layer < options_.depth; ++layer) {
      x = Encode(layers, absl::StrCat("encoder.layers.encoder_layer_", layer, "."), x);
      result.activations.push_back({absl::StrCat("layer", layer + 1), x});
    }
    x = layers.NormalizeLayer("encoder.ln", x).select(1, 0);
    result.activations.push_back({"features", x});
    result.output = layers.Dense("heads.head", x, options_.outputs, Matrix(Initialization::kTorch));
  }

  // Patches, behind a class token, with their positions: [N, tokens, width].
  at::Tensor Embed(Layers& layers, const at::Tensor& x) const {
    const int64_t width = options_.width, patch = options_.patch;
    const at::Tensor token = layers.Parameter("class_token", {1, 1, width}, Zeros());
    const double fan_in = static_cast<double>(x.size(1) * patch * patch);
    const ConvolutionLayer projection{.channels = width,
                                      .kernel = patch,
                                      .stride = patch,
                                      .padding = 0,
                                      .law = Normal(1 / fan_in)};
    const at::Tensor patches =
        layers.Convolve("conv_proj", x, projection).flatten(2).transpose(1, 2);
    const at::Tensor tokens = at::cat({token.expand({x.size(0), 1, width}), patches}, 1);
    const at::Tensor positions =
        layers.Parameter("encoder.pos_embedding", {1, tokens.size(1), width}, Normal(0.02 * 0.02));
    return layers.Drop("encoder", tokens + positions, options_.dropout);
  }

  at::Tensor Encode(Layers& layers, const std::string& prefix, const at::Tensor& x) const {
    const at::Tensor attention =
        Attend(layers, prefix + "self_attention.", layers.NormalizeLayer(prefix + "ln_1", x));
    const at::Tensor y = x + layers.Drop(prefix + "attention", attention, options_.dropout);
    at::Tensor hidden = layers.NormalizeLayer(prefix + "ln_2", y);
    hidden = at::gelu(layers.Dense(prefix + "mlp.0", hidden, options_.mlp_ratio * options_.width,
                                   Matrix(Initialization::kGlorotUniform)));
    hidden = layers.Dense(prefix + "mlp.3", hidden, options_.width,
                          Matrix(Initialization::kGlorotUniform));
    return y + layers.Drop(prefix + "mlp", hidden, options_.dropout);
  }

  at::Tensor Attend(Layers& layers, const std::string& prefix, const at::Tensor& x) const {
    const int64_t width = options_.width, heads = options_.heads;
    const at::Tensor projections =
        layers.Dense({prefix + "in_proj_weight", prefix + "in_proj_bias"}, x, 3 * width,
                     Matrix(Initialization::kGlorotUniform));
    // [3, N, heads, tokens, width / heads]
    const at::Tensor projected =
        projections.reshape({x.size(0), x.size(1), 3, heads, width / heads})
            .permute({2, 0, 3, 1, 4});
    const double scale = std::sqrt(static_cast<double>(heads) / static_cast<double>(width));
    const at::Tensor scores = at::matmul(projected[0] * scale, projected[1].transpose(2, 3));
    const at::Tensor mixed = at::matmul(at::softmax(scores, -1), projected[2]);
    return layers.Dense(prefix + "out_proj", mixed.transpose(1, 2).flatten(2), width,
                        Matrix(Initialization::kGlorotUniform));
  }

  const VitOptions options_;
};

}  // namespace

std::unique_ptr<Model> MakeVit(const VitOptions& options) { return std::make_unique<Vit>(options); }

}  // namespace geometer::geometry
