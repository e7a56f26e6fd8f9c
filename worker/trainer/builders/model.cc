#include "worker/trainer/builders/model.h"

#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/resnet.h"

namespace geometer::trainer {
namespace {

using ModelOrStatus = absl::StatusOr<std::unique_ptr<geometry::Model>>;

absl::StatusOr<geometry::Activation> ToActivation(v1::Activation activation) {
  switch (activation) {
    case v1::ACTIVATION_RELU:
      return geometry::Activation::kRelu;
    case v1::ACTIVATION_TANH:
      return geometry::Activation::kTanh;
    case v1::ACTIVATION_GELU:
      return geometry::Activation::kGelu;
    case v1::ACTIVATION_SILU:
      return geometry::Activation::kSilu;
    case v1::ACTIVATION_SOFTPLUS:
      return geometry::Activation::kSoftplus;
    case v1::ACTIVATION_SINE:
      return geometry::Activation::kSine;
    default:
      return absl::InvalidArgumentError("model.mlp.activation: unknown");
  }
}

absl::StatusOr<geometry::Initialization> ToInitialization(v1::Initialization initialization) {
  switch (initialization) {
    case v1::INITIALIZATION_HE:
      return geometry::Initialization::kHe;
    case v1::INITIALIZATION_LECUN:
      return geometry::Initialization::kLecun;
    case v1::INITIALIZATION_GLOROT:
      return geometry::Initialization::kGlorot;
    case v1::INITIALIZATION_TORCH:
      return geometry::Initialization::kTorch;
    default:
      return absl::InvalidArgumentError("model.mlp.initialization: unknown");
  }
}

// Labels have an output per class, values one per target.
int64_t Outputs(const geometry::Dataset& data) {
  return data.classes > 0 ? data.classes : data.train.targets().size(1);
}

ModelOrStatus Build(const v1::MlpModel& spec, const geometry::Dataset& data) {
  const auto activation = ToActivation(spec.activation());
  if (!activation.ok()) return activation.status();
  const auto initialization = ToInitialization(spec.initialization());
  if (!initialization.ok()) return initialization.status();
  geometry::MlpOptions options;
  options.inputs = c10::multiply_integers(data.train.shape());
  options.hidden.assign(spec.hidden().begin(), spec.hidden().end());
  options.outputs = Outputs(data);
  options.activation = *activation;
  options.bias = spec.bias();
  options.initialization = *initialization;
  options.scale = spec.initialization_scale();
  return geometry::MakeMlp(options);
}

ModelOrStatus Build(const v1::ResnetModel& spec, const geometry::Dataset& data) {
  if (data.train.shape().size() != 3) {
    return absl::InvalidArgumentError("model.resnet: needs pictures, got inputs without channels");
  }
  geometry::ResNet18Options options;
  options.channels = data.train.shape()[0];
  options.outputs = Outputs(data);
  options.width = spec.width();
  options.batch_norm = spec.batch_norm();
  return geometry::MakeResNet18(options);
}

}  // namespace

ModelOrStatus BuildModel(const v1::Model& spec, const geometry::Dataset& data) {
  switch (spec.architecture_case()) {
    case v1::Model::kMlp:
      return Build(spec.mlp(), data);
    case v1::Model::kResnet:
      return Build(spec.resnet(), data);
    case v1::Model::ARCHITECTURE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("model: no architecture that this trainer knows");
}

}  // namespace geometer::trainer
