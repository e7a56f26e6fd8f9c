#include "worker/geometry/models/mlp.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/dropout.h"

namespace geometer::geometry {
namespace {

class Mlp : public Model {
 public:
  explicit Mlp(const MlpOptions& options) : options_(options), widths_{options.inputs} {
    widths_.insert(widths_.end(), options.hidden.begin(), options.hidden.end());
    widths_.push_back(options.outputs);
    for (size_t layer = 0; layer < layers(); ++layer) {
      parameter_names_.push_back(absl::StrCat(2 * layer, ".weight"));
      if (options_.bias) parameter_names_.push_back(absl::StrCat(2 * layer, ".bias"));
    }
  }

  std::optional<Activation> DenseChain(Mode mode) const override {
    if (mode == Mode::kTraining && options_.dropout > 0) return std::nullopt;
    return options_.activation;
  }

  Variables Initialize(uint64_t seed, const at::TensorOptions& options) const override {
    Variables fresh;
    for (size_t layer = 0; layer < layers(); ++layer) {
      fresh.parameters.push_back(DrawWeight(seed, layer).to(options));
      if (options_.bias) fresh.parameters.push_back(DrawBias(seed, layer).to(options));
    }
    return fresh;
  }

  ForwardResult Forward(at::TensorList parameters, at::TensorList buffers, const at::Tensor& inputs,
                        const Pass& pass) const override {
    TORCH_CHECK(parameters.size() == parameter_names_.size(), "expected ", parameter_names_.size(),
                " parameters, got ", parameters.size());
    const size_t stride = options_.bias ? 2 : 1;
    ForwardResult result{inputs.flatten(1), {}, buffers.vec()};
    for (size_t layer = 0; layer < layers(); ++layer) {
      const at::Tensor bias = options_.bias ? parameters[stride * layer + 1] : at::Tensor();
      result.output = at::linear(result.output, parameters[stride * layer], bias);
      if (layer + 1 == layers()) break;
      const std::string name = absl::StrCat("hidden.", layer);
      result.output =
          Dropped(Activate(options_.activation, result.output), options_.dropout, name, pass);
      result.activations.push_back({name, result.output});
    }
    return result;
  }

 private:
  size_t layers() const { return widths_.size() - 1; }

  at::Tensor DrawWeight(uint64_t seed, size_t layer) const {
    const at::Generator generator = ParameterGenerator(seed, absl::StrCat(2 * layer, ".weight"));
    const std::vector<int64_t> shape = {widths_[layer + 1], widths_[layer]};
    return options_.scale * DrawMatrix(options_.initialization, shape, generator);
  }

  at::Tensor DrawBias(uint64_t seed, size_t layer) const {
    const int64_t width = widths_[layer + 1];
    if (options_.initialization != Initialization::kTorch) return at::zeros({width}, at::kDouble);
    const double bound = 1 / std::sqrt(static_cast<double>(widths_[layer]));
    return DrawUniform(bound, {width}, ParameterGenerator(seed, absl::StrCat(2 * layer, ".bias")));
  }

  const MlpOptions options_;
  std::vector<int64_t> widths_;  // of the input, the hidden layers, the output
};

}  // namespace

std::unique_ptr<Model> MakeMlp(const MlpOptions& options) { return std::make_unique<Mlp>(options); }

}  // namespace geometer::geometry
