#include "worker/geometry/models/resnet.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/var_mean.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/convolution.h"
#include "worker/geometry/models/initialization.h"

namespace geometer::geometry {
namespace {

constexpr int kStages = 4;
constexpr int kBlocksPerStage = 2;
constexpr double kMomentum = 0.1;  // of the running statistics, PyTorch's default
constexpr double kEpsilon = 1e-5;  // added to variances, PyTorch's default

// The parameters and buffers of one forward pass, taken in the order of their names.
class Walk {
 public:
  Walk(at::TensorList parameters, at::TensorList buffers, Mode mode)
      : parameters_(parameters), buffers_(buffers.vec()), mode_(mode) {}

  const at::Tensor& Parameter() { return parameters_[next_parameter_++]; }

  // A convolution that keeps the resolution up to its stride, then batch normalisation if any.
  at::Tensor Convolve(const at::Tensor& x, int64_t stride, bool batch_norm) {
    const at::Tensor& weight = Parameter();
    const at::Tensor bias = batch_norm ? at::Tensor() : Parameter();
    const at::Tensor y = geometry::Convolve(x, weight, bias, {stride, weight.size(2) / 2});
    return batch_norm ? Normalize(y) : y;
  }

  Tensors TakeBuffers() { return std::move(buffers_); }

 private:
  at::Tensor Normalize(const at::Tensor& x) {
    const at::Tensor& weight = Parameter();
    const at::Tensor& bias = Parameter();
    at::Tensor* statistics = &buffers_[next_buffer_];  // mean, variance, number of batches
    next_buffer_ += 3;
    if (mode_ == Mode::kTraining) {  // batch_norm updates its arguments, which belong to the caller
      statistics[0] = statistics[0].clone();
      statistics[1] = statistics[1].clone();
      statistics[2] = statistics[2] + 1;
    }
    at::Tensor y =
        at::batch_norm(x, weight, bias, statistics[0], statistics[1], mode_ == Mode::kTraining,
                       kMomentum, kEpsilon, /*cudnn_enabled=*/true);
    if (mode_ == Mode::kCalibration) {
      std::tie(statistics[1], statistics[0]) = at::var_mean(x, {0, 2, 3}, /*unbiased=*/false);
      statistics[2] = at::full_like(statistics[2], x.numel() / x.size(1));
    }
    return y;
  }

  const at::TensorList parameters_;
  Tensors buffers_;
  const Mode mode_;
  size_t next_parameter_ = 0;
  size_t next_buffer_ = 0;
};

class ResNet18 : public Model {
 public:
  explicit ResNet18(const ResNet18Options& options) : options_(options) {
    DeclareConvolution("conv1", "bn1", {options.width, options.channels, 3, 3});
    for (int stage = 0; stage < kStages; ++stage) {
      for (int block = 0; block < kBlocksPerStage; ++block) DeclareBlock(stage, block);
    }
    Declare("fc.weight", Kind::kMatrix, {options.outputs, Width(kStages - 1)});
    Declare("fc.bias", Kind::kBias, {options.outputs});
  }

  Variables Initialize(uint64_t seed, const at::TensorOptions& options) const override {
    Variables fresh;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      fresh.parameters.push_back(Draw(i, seed).to(options));
    }
    for (const std::vector<int64_t>& shape : statistics_) {
      fresh.buffers.push_back(at::zeros(shape, options));
      fresh.buffers.push_back(at::ones(shape, options));
      fresh.buffers.push_back(at::zeros({}, options.dtype(at::kLong)));
    }
    return fresh;
  }

  ForwardResult Forward(at::TensorList parameters, at::TensorList buffers, const at::Tensor& inputs,
                        Mode mode) const override {
    TORCH_CHECK(parameters.size() == parameter_names_.size(), "expected ", parameter_names_.size(),
                " parameters, got ", parameters.size());
    TORCH_CHECK(buffers.size() == buffer_names_.size(), "expected ", buffer_names_.size(),
                " buffers, got ", buffers.size());
    Walk walk(parameters, buffers, mode);
    ForwardResult result;
    at::Tensor x = at::relu(walk.Convolve(inputs, 1, options_.batch_norm));
    for (int stage = 0; stage < kStages; ++stage) {
      for (int block = 0; block < kBlocksPerStage; ++block) x = Block(walk, x, stage, block);
      result.activations.push_back({absl::StrCat("layer", stage + 1), x});
    }
    x = at::adaptive_avg_pool2d(x, {1, 1}).flatten(1);
    result.activations.push_back({"features", x});
    const at::Tensor& weight = walk.Parameter();
    result.output = at::linear(x, weight, walk.Parameter());
    result.buffers = walk.TakeBuffers();
    return result;
  }

 private:
  enum class Kind { kConvolution, kBranchEnd, kMatrix, kBias, kGain };
  struct ParameterSpec {
    Kind kind;
    std::vector<int64_t> shape;
  };

  int64_t Width(int stage) const { return options_.width << stage; }

  // The first block of a later stage halves the resolution, so its shortcut needs a projection.
  static bool Downsamples(int stage, int block) { return stage > 0 && block == 0; }

  at::Tensor Block(Walk& walk, const at::Tensor& x, int stage, int block) const {
    const int64_t stride = Downsamples(stage, block) ? 2 : 1;
    const at::Tensor hidden = at::relu(walk.Convolve(x, stride, options_.batch_norm));
    const at::Tensor branch = walk.Convolve(hidden, 1, options_.batch_norm);
    const at::Tensor shortcut =
        Downsamples(stage, block) ? walk.Convolve(x, stride, options_.batch_norm) : x;
    return at::relu(branch + shortcut);
  }

  void DeclareBlock(int stage, int block) {
    const std::string prefix = absl::StrCat("layer", stage + 1, ".", block, ".");
    const int64_t out = Width(stage);
    const int64_t in = Downsamples(stage, block) ? Width(stage - 1) : out;
    DeclareConvolution(prefix + "conv1", prefix + "bn1", {out, in, 3, 3});
    DeclareConvolution(prefix + "conv2", prefix + "bn2", {out, out, 3, 3}, Kind::kBranchEnd);
    if (!Downsamples(stage, block)) return;
    DeclareConvolution(prefix + "downsample.0", prefix + "downsample.1", {out, in, 1, 1});
  }

  void DeclareConvolution(const std::string& name, const std::string& norm,
                          std::vector<int64_t> shape, Kind kind = Kind::kConvolution) {
    const int64_t out = shape[0];
    Declare(name + ".weight", kind, std::move(shape));
    if (!options_.batch_norm) return Declare(name + ".bias", Kind::kBias, {out});
    Declare(norm + ".weight", Kind::kGain, {out});
    Declare(norm + ".bias", Kind::kBias, {out});
    statistics_.push_back({out});
    for (const char* buffer : {".running_mean", ".running_var", ".num_batches_tracked"}) {
      buffer_names_.push_back(norm + buffer);
    }
  }

  void Declare(std::string name, Kind kind, std::vector<int64_t> shape) {
    parameter_names_.push_back(std::move(name));
    parameters_.push_back({kind, std::move(shape)});
  }

  at::Tensor Draw(size_t index, uint64_t seed) const {
    const auto& [kind, shape] = parameters_[index];
    const at::Generator generator = ParameterGenerator(seed, parameter_names_[index]);
    switch (kind) {
      case Kind::kConvolution:
        return DrawNormal(HeVariance(shape), shape, generator);
      case Kind::kBranchEnd:
        return DrawNormal(HeVariance(shape) * BranchShare(), shape, generator);
      case Kind::kMatrix:
        return DrawMatrix(Initialization::kTorch, shape, generator);
      case Kind::kBias:
        return at::zeros(shape, at::kDouble);
      case Kind::kGain:
        return at::ones(shape, at::kDouble);
    }
    TORCH_CHECK(false, "expected a kind of parameter, got ", static_cast<int>(kind));
  }

  static double HeVariance(const std::vector<int64_t>& shape) {
    return 2.0 / static_cast<double>(shape[0] * shape[2] * shape[3]);
  }

  // Without normalisation each block would double the variance of its input.
  double BranchShare() const {
    return options_.batch_norm ? 1.0 : 1.0 / (kStages * kBlocksPerStage);
  }

  const ResNet18Options options_;
  std::vector<ParameterSpec> parameters_;         // in the order of parameter_names_
  std::vector<std::vector<int64_t>> statistics_;  // the shape of each normalisation's statistics
};

}  // namespace

std::unique_ptr<Model> MakeResNet18(const ResNet18Options& options) {
  return std::make_unique<ResNet18>(options);
}

}  // namespace geometer::geometry
