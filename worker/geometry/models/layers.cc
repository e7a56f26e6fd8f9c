#include "worker/geometry/models/layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/var_mean.h>
#include <ATen/ops/zeros.h>

#include <tuple>
#include <utility>

#include "worker/geometry/convolution.h"
#include "worker/geometry/models/dropout.h"

namespace geometer::geometry {
namespace {

constexpr double kMomentum = 0.1;  // of the running statistics, PyTorch's default
constexpr double kEpsilon = 1e-5;  // added to variances, PyTorch's default

// Of which only the shape matters: a single number in memory.
at::Tensor Blank(at::IntArrayRef shape) { return at::zeros({1}).expand(shape); }

}  // namespace

Law Zeros() {
  return [](at::IntArrayRef shape, const at::Generator&) { return at::zeros(shape, at::kDouble); };
}

Law Ones() {
  return [](at::IntArrayRef shape, const at::Generator&) { return at::ones(shape, at::kDouble); };
}

Law Normal(double variance) {
  return [variance](at::IntArrayRef shape, const at::Generator& generator) {
    return DrawNormal(variance, shape, generator);
  };
}

Law HeFanOut(double scale) {
  return [scale](at::IntArrayRef shape, const at::Generator& generator) {
    const double fan_out = static_cast<double>(shape[0] * shape[2] * shape[3]);
    return DrawNormal(2 / fan_out * scale * scale, shape, generator);
  };
}

Law Matrix(Initialization initialization) {
  return [initialization](at::IntArrayRef shape, const at::Generator& generator) {
    return DrawMatrix(initialization, shape, generator);
  };
}

at::Tensor Layers::Convolve(const std::string& name, const at::Tensor& x,
                            const ConvolutionLayer& layer) {
  const at::Tensor weight = Parameter(
      name + ".weight", {layer.channels, x.size(1), layer.kernel, layer.kernel}, layer.law);
  const at::Tensor bias =
      layer.bias ? Parameter(name + ".bias", {layer.channels}, Zeros()) : at::Tensor();
  const int64_t padding = layer.padding < 0 ? layer.kernel / 2 : layer.padding;
  if (declares_) {
    const auto side = [&](int64_t in) {
      return (in + 2 * padding - layer.kernel) / layer.stride + 1;
    };
    return Blank({x.size(0), layer.channels, side(x.size(2)), side(x.size(3))});
  }
  return geometry::Convolve(x, weight, bias, {layer.stride, padding});
}

at::Tensor Layers::Normalize(const std::string& name, const at::Tensor& x) {
  const int64_t channels = x.size(1);
  const at::Tensor weight = Parameter(name + ".weight", {channels}, Ones());
  const at::Tensor bias = Parameter(name + ".bias", {channels}, Zeros());
  at::Tensor* statistics = Statistics(name, channels);
  if (declares_) return x;
  const bool training = pass_.mode == Mode::kTraining;
  if (training) {  // batch_norm updates its arguments, which belong to the caller
    statistics[0] = statistics[0].clone();
    statistics[1] = statistics[1].clone();
    statistics[2] = statistics[2] + 1;
  }
  at::Tensor y = at::batch_norm(x, weight, bias, statistics[0], statistics[1], training, kMomentum,
                                kEpsilon, /*cudnn_enabled=*/true);
  if (pass_.mode == Mode::kCalibration) {
    std::tie(statistics[1], statistics[0]) = at::var_mean(x, {0, 2, 3}, /*unbiased=*/false);
    statistics[2] = at::full_like(statistics[2], x.numel() / channels);
  }
  return y;
}

at::Tensor Layers::NormalizeLayer(const std::string& name, const at::Tensor& x) {
  const int64_t width = x.size(-1);
  const at::Tensor weight = Parameter(name + ".weight", {width}, Ones());
  const at::Tensor bias = Parameter(name + ".bias", {width}, Zeros());
  return at::layer_norm(x, {width}, weight, bias, 1e-6);
}

at::Tensor Layers::Dense(const std::string& name, const at::Tensor& x, int64_t outputs,
                         const Law& law) {
  return Dense({name + ".weight", name + ".bias"}, x, outputs, law);
}

at::Tensor Layers::Dense(const DenseNames& names, const at::Tensor& x, int64_t outputs,
                         const Law& law) {
  const at::Tensor weight = Parameter(names.weight, {outputs, x.size(-1)}, law);
  const at::Tensor bias = Parameter(names.bias, {outputs}, Zeros());
  if (!declares_) return at::linear(x, weight, bias);
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = outputs;
  return Blank(shape);
}

at::Tensor Layers::Drop(const std::string& name, const at::Tensor& x, double share) {
  return Dropped(x, share, name, pass_);
}

// Records names and shapes.
class LayeredModel::Declaration : public Layers {
 public:
  explicit Declaration(LayeredModel& model)
      : Layers(Mode::kEvaluation, /*declares=*/true), model_(model) {}

  at::Tensor Parameter(const std::string& name, at::IntArrayRef shape, const Law& law) override {
    model_.parameter_names_.push_back(name);
    model_.parameters_.push_back({shape.vec(), law});
    return Blank(shape);
  }

 private:
  at::Tensor* Statistics(const std::string& name, int64_t channels) override {
    model_.channels_.push_back(channels);
    for (const char* buffer : {".running_mean", ".running_var", ".num_batches_tracked"}) {
      model_.buffer_names_.push_back(name + buffer);
    }
    return nullptr;
  }

  LayeredModel& model_;
};

// Takes the given tensors one after another.
class LayeredModel::Computation : public Layers {
 public:
  Computation(at::TensorList parameters, at::TensorList buffers, const Pass& pass)
      : Layers(pass, /*declares=*/false), parameters_(parameters), buffers_(buffers.vec()) {}

  at::Tensor Parameter(const std::string&, at::IntArrayRef, const Law&) override {
    return parameters_[next_parameter_++];
  }

  Tensors TakeBuffers() { return std::move(buffers_); }

 private:
  at::Tensor* Statistics(const std::string&, int64_t) override {
    return &buffers_[std::exchange(next_buffer_, next_buffer_ + 3)];
  }

  const at::TensorList parameters_;
  Tensors buffers_;
  size_t next_parameter_ = 0;
  size_t next_buffer_ = 0;
};

void LayeredModel::Declare(at::IntArrayRef input_shape) {
  std::vector<int64_t> shape = {1};
  shape.insert(shape.end(), input_shape.begin(), input_shape.end());
  Declaration declaration(*this);
  ForwardResult nothing;
  Walk(declaration, Blank(shape), nothing);
}

Variables LayeredModel::Initialize(uint64_t seed, const at::TensorOptions& options) const {
  Variables fresh;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Generator generator = ParameterGenerator(seed, parameter_names_[i]);
    fresh.parameters.push_back(parameters_[i].law(parameters_[i].shape, generator).to(options));
  }
  for (const int64_t channels : channels_) {
    fresh.buffers.push_back(at::zeros({channels}, options));
    fresh.buffers.push_back(at::ones({channels}, options));
    fresh.buffers.push_back(at::zeros({}, options.dtype(at::kLong)));
  }
  return fresh;
}

ForwardResult LayeredModel::Forward(at::TensorList parameters, at::TensorList buffers,
                                    const at::Tensor& inputs, const Pass& pass) const {
  TORCH_CHECK(parameters.size() == parameter_names_.size(), "expected ", parameter_names_.size(),
              " parameters, got ", parameters.size());
  TORCH_CHECK(buffers.size() == buffer_names_.size(), "expected ", buffer_names_.size(),
              " buffers, got ", buffers.size());
  Computation computation(parameters, buffers, pass);
  ForwardResult result;
  // Convolutions and poolings of this layout are faster (README.md) and pass it on.
  const at::Tensor images = inputs.to(inputs.options(), /*non_blocking=*/false, /*copy=*/false,
                                      at::MemoryFormat::ChannelsLast);
  Walk(computation, images, result);
  result.buffers = computation.TakeBuffers();
  return result;
}

}  // namespace geometer::geometry
