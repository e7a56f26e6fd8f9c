#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "worker/geometry/models/initialization.h"
#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// Draws a fresh parameter of a given shape, float64.
using Law = std::function<at::Tensor(at::IntArrayRef shape, const at::Generator& generator)>;

Law Zeros();
Law Ones();
Law Normal(double variance);
// Kernels: normal, variance scale²·2/fan_out, as torchvision's convolutional networks.
Law HeFanOut(double scale = 1);
Law Matrix(Initialization initialization);

struct ConvolutionLayer {
  int64_t channels = 0;  // out
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = -1;  // −1: half the kernel, rounded down
  bool bias = true;
  Law law = HeFanOut();  // of the fresh kernel
};

struct DenseNames {
  std::string weight;
  std::string bias;
};

// One walk through a network of named layers, which both declares its parameters and computes it.
// Shapes follow from the inputs of each layer; parameters and buffers are taken in the order of the
// walk, by the names that PyTorch gives them.
class Layers {
 public:
  virtual ~Layers() = default;

  // "name.weight" [channels, in, k, k], "name.bias".
  at::Tensor Convolve(const std::string& name, const at::Tensor& x, const ConvolutionLayer& layer);
  // Over channels, with "name.weight", "name.bias" and the buffers "name.running_mean",
  // "name.running_var", "name.num_batches_tracked"; PyTorch's default momentum 0.1 and ε 1e-5.
  at::Tensor Normalize(const std::string& name, const at::Tensor& x);
  // Layer normalisation of the last dimension, ε 1e-6 as in vision transformers.
  at::Tensor NormalizeLayer(const std::string& name, const at::Tensor& x);
  // "name.weight" [outputs, in] and "name.bias", or others, on the last dimension.
  at::Tensor Dense(const std::string& name, const at::Tensor& x, int64_t outputs, const Law& law);
  at::Tensor Dense(const DenseNames& names, const at::Tensor& x, int64_t outputs, const Law& law);
  // dropout.h's.
  at::Tensor Drop(const std::string& name, const at::Tensor& x, double share);

  virtual at::Tensor Parameter(const std::string& name, at::IntArrayRef shape, const Law& law) = 0;

 protected:
  // A walk that declares computes nothing that needs the numbers of a parameter.
  Layers(const Pass& pass, bool declares) : pass_(pass), declares_(declares) {}

 private:
  // Running mean, running variance and number of batches, to be read and replaced.
  virtual at::Tensor* Statistics(const std::string& name, int64_t channels) = 0;

  const Pass pass_;
  const bool declares_;
};

// A network that is one walk. A subclass calls Declare in its constructor.
class LayeredModel : public Model {
 public:
  Variables Initialize(uint64_t seed, const at::TensorOptions& options) const override;
  ForwardResult Forward(at::TensorList parameters, at::TensorList buffers, const at::Tensor& inputs,
                        const Pass& pass) const override;

 protected:
  // Walks once without numbers, for inputs of shape [channels, height, width].
  void Declare(at::IntArrayRef input_shape);

 private:
  // Computes `output` and `activations` from `x`, [N, …].
  virtual void Walk(Layers& layers, at::Tensor x, ForwardResult& result) const = 0;

  struct Declared {
    std::vector<int64_t> shape;
    Law law;
  };
  class Declaration;
  class Computation;

  std::vector<Declared> parameters_;  // in the order of parameter_names()
  std::vector<int64_t> channels_;     // of each normalisation
};

}  // namespace geometer::geometry
