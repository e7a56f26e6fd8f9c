#include "worker/trainer/builders/model.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "worker/geometry/models/cnn.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/point.h"
#include "worker/geometry/models/resnet.h"
#include "worker/geometry/models/vgg.h"
#include "worker/geometry/models/vit.h"
#include "worker/geometry/models/wide_resnet.h"

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
    case v1::ACTIVATION_LEAKY_RELU:
      return geometry::Activation::kLeakyRelu;
    case v1::ACTIVATION_ELU:
      return geometry::Activation::kElu;
    case v1::ACTIVATION_SIGMOID:
      return geometry::Activation::kSigmoid;
    case v1::ACTIVATION_IDENTITY:
      return geometry::Activation::kIdentity;
    default:
      return absl::InvalidArgumentError("model.activation: not known to this trainer");
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
    case v1::INITIALIZATION_HE_UNIFORM:
      return geometry::Initialization::kHeUniform;
    case v1::INITIALIZATION_LECUN_UNIFORM:
      return geometry::Initialization::kLecunUniform;
    case v1::INITIALIZATION_GLOROT_UNIFORM:
      return geometry::Initialization::kGlorotUniform;
    case v1::INITIALIZATION_TRUNCATED_NORMAL:
      return geometry::Initialization::kTruncatedNormal;
    case v1::INITIALIZATION_ORTHOGONAL:
      return geometry::Initialization::kOrthogonal;
    default:
      return absl::InvalidArgumentError("model.mlp.initialization: not known to this trainer");
  }
}

// What a network reads and makes: labels have an output per class, values one per target.
struct Sizes {
  std::vector<int64_t> input;
  int64_t outputs;
};

ModelOrStatus Build(const v1::MlpModel& spec, const Sizes& sizes) {
  const auto activation = ToActivation(spec.activation());
  if (!activation.ok()) return activation.status();
  const auto initialization = ToInitialization(spec.initialization());
  if (!initialization.ok()) return initialization.status();
  geometry::MlpOptions options;
  options.inputs = c10::multiply_integers(sizes.input);
  options.hidden.assign(spec.hidden().begin(), spec.hidden().end());
  options.outputs = sizes.outputs;
  options.activation = *activation;
  options.bias = spec.bias();
  options.initialization = *initialization;
  options.scale = spec.initialization_scale();
  options.dropout = spec.dropout();
  return geometry::MakeMlp(options);
}

ModelOrStatus Build(const v1::ResnetModel& spec, const Sizes& sizes) {
  geometry::ResNetOptions options;
  options.channels = sizes.input[0];
  options.outputs = sizes.outputs;
  options.width = spec.width();
  options.batch_norm = spec.batch_norm();
  options.imagenet_stem = spec.stem() == v1::RESNET_STEM_IMAGENET;
  switch (spec.depth()) {
    case v1::RESNET_DEPTH_18:
      options.depth = 18;
      break;
    case v1::RESNET_DEPTH_34:
      options.depth = 34;
      break;
    case v1::RESNET_DEPTH_50:
      options.depth = 50;
      break;
    default:
      return absl::InvalidArgumentError("model.resnet.depth: not known to this trainer");
  }
  return geometry::MakeResNet(options);
}

ModelOrStatus Build(const v1::CnnModel& spec, const Sizes& sizes) {
  const auto activation = ToActivation(spec.activation());
  if (!activation.ok()) return activation.status();
  if (spec.kernel() % 2 == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("model.cnn.kernel: must be odd, got ", spec.kernel()));
  }
  const int64_t side = std::min(sizes.input[1], sizes.input[2]);
  if (side >> spec.channels_size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat("model.cnn.channels: pictures of side ", side,
                                                   " can be halved fewer than ",
                                                   spec.channels_size(), " times"));
  }
  geometry::CnnOptions options{.input = sizes.input, .kernel = spec.kernel()};
  options.channels.assign(spec.channels().begin(), spec.channels().end());
  options.features = spec.features();
  options.outputs = sizes.outputs;
  options.activation = *activation;
  options.batch_norm = spec.batch_norm();
  options.average_pooling = spec.pooling() == v1::POOLING_AVERAGE;
  options.dropout = spec.dropout();
  return geometry::MakeCnn(options);
}

ModelOrStatus Build(const v1::VggModel& spec, const Sizes& sizes) {
  constexpr int64_t kSmallest = 32;  // halved five times
  const int64_t side = std::min(sizes.input[1], sizes.input[2]);
  if (side < kSmallest) {
    return absl::InvalidArgumentError(
        absl::StrCat("model.vgg: needs pictures of side ", kSmallest, " at least, got ", side));
  }
  geometry::VggOptions options{.channels = sizes.input[0], .outputs = sizes.outputs};
  options.width = spec.width();
  options.batch_norm = spec.batch_norm();
  options.dropout = spec.dropout();
  switch (spec.depth()) {
    case v1::VGG_DEPTH_11:
      options.depth = 11;
      break;
    case v1::VGG_DEPTH_13:
      options.depth = 13;
      break;
    case v1::VGG_DEPTH_16:
      options.depth = 16;
      break;
    case v1::VGG_DEPTH_19:
      options.depth = 19;
      break;
    default:
      return absl::InvalidArgumentError("model.vgg.depth: not known to this trainer");
  }
  return geometry::MakeVgg(options);
}

ModelOrStatus Build(const v1::WideResnetModel& spec, const Sizes& sizes) {
  geometry::WideResNetOptions options{.channels = sizes.input[0], .outputs = sizes.outputs};
  options.blocks = spec.blocks();
  options.widening = spec.widening();
  options.batch_norm = spec.batch_norm();
  options.dropout = spec.dropout();
  return geometry::MakeWideResNet(options);
}

ModelOrStatus Build(const v1::VitModel& spec, const Sizes& sizes) {
  if (sizes.input[1] % spec.patch() != 0 || sizes.input[2] % spec.patch() != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("model.vit.patch: must divide the pictures' sides ", sizes.input[1], " and ",
                     sizes.input[2], ", got ", spec.patch()));
  }
  if (spec.width() % spec.heads() != 0) {
    return absl::InvalidArgumentError(absl::StrCat("model.vit.heads: must divide the width ",
                                                   spec.width(), ", got ", spec.heads()));
  }
  geometry::VitOptions options{.input = sizes.input, .outputs = sizes.outputs};
  options.patch = spec.patch();
  options.width = spec.width();
  options.depth = spec.depth();
  options.heads = spec.heads();
  options.mlp_ratio = spec.mlp_ratio();
  options.dropout = spec.dropout();
  return geometry::MakeVit(options);
}

ModelOrStatus Build(const v1::PointModel& spec, const Sizes& sizes) {
  if (spec.start_size() != sizes.outputs) {
    return absl::InvalidArgumentError(absl::StrCat("model.point.start: must have ", sizes.outputs,
                                                   " numbers, got ", spec.start_size()));
  }
  return geometry::MakePoint({spec.start().begin(), spec.start().end()});
}

}  // namespace

ModelOrStatus BuildModel(const v1::Model& spec, const std::vector<int64_t>& input,
                         int64_t outputs) {
  const Sizes sizes{input, outputs};
  if (!spec.has_mlp() && !spec.has_point() && sizes.input.size() != 3) {
    return absl::InvalidArgumentError("model: needs pictures, got inputs without channels");
  }
  switch (spec.architecture_case()) {
    case v1::Model::kMlp:
      return Build(spec.mlp(), sizes);
    case v1::Model::kResnet:
      return Build(spec.resnet(), sizes);
    case v1::Model::kCnn:
      return Build(spec.cnn(), sizes);
    case v1::Model::kVgg:
      return Build(spec.vgg(), sizes);
    case v1::Model::kWideResnet:
      return Build(spec.wide_resnet(), sizes);
    case v1::Model::kVit:
      return Build(spec.vit(), sizes);
    case v1::Model::kPoint:
      return Build(spec.point(), sizes);
    case v1::Model::ARCHITECTURE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("model: no architecture that this trainer knows");
}

}  // namespace geometer::trainer
