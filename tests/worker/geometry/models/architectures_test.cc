// What every architecture of layers has in common, and the counts and names of each.

#include "tests/worker/geometry/models/architectures.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <memory>

#include "worker/geometry/autograd.h"
#include "worker/geometry/models/cnn.h"
#include "worker/geometry/models/resnet.h"
#include "worker/geometry/models/vgg.h"
#include "worker/geometry/models/vit.h"
#include "worker/geometry/models/wide_resnet.h"
#include "worker/geometry/objectives/cross_entropy.h"

namespace geometer::geometry {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

struct Case {
  std::string name;
  std::function<std::unique_ptr<Model>()> make;  // small, for 3×32×32 and 10 outputs
};

class EveryArchitecture : public testing::TestWithParam<Case> {
 protected:
  const std::unique_ptr<Model> model_ = GetParam().make();
};

TEST_P(EveryArchitecture, MakesAnOutputPerClassFromTheEmbedding) {
  const ForwardResult result = FreshForward(*model_, {2, 3, 32, 32});
  EXPECT_THAT(result.output.sizes().vec(), ElementsAre(2, 10));
  const Variables fresh = model_->Initialize(0, at::kDouble);
  const at::Tensor weight = fresh.parameters.rbegin()[1], bias = fresh.parameters.rbegin()[0];
  const at::Tensor features = result.activations.back().tensor;
  EXPECT_EQ(result.activations.back().name, "features");
  EXPECT_TRUE(at::allclose(features.matmul(weight.t()) + bias, result.output, 1e-12));
}

TEST_P(EveryArchitecture, HasAVariableForEachName) {
  const Variables fresh = model_->Initialize(0, at::kFloat);
  EXPECT_EQ(fresh.parameters.size(), model_->parameter_names().size());
  EXPECT_EQ(fresh.buffers.size(), model_->buffer_names().size());
}

TEST_P(EveryArchitecture, StartsFromTheSameNetworkInBothDtypes) {
  const Variables f = model_->Initialize(3, at::kFloat), d = model_->Initialize(3, at::kDouble);
  for (size_t i = 0; i < f.parameters.size(); ++i) {
    EXPECT_TRUE(at::equal(f.parameters[i], d.parameters[i].to(at::kFloat)));
  }
}

// A loss on two images, in training mode, at fresh weights.
struct Loss {
  explicit Loss(const Model& model) {
    const Variables fresh = model.Initialize(0, at::kDouble);
    here = Detached({&model, fresh.parameters, fresh.buffers}, /*track=*/true);
    u = Noise({Flatten(here.params).numel()}, "u");
    v = Noise({Flatten(here.params).numel()}, "v");
  }

  at::Tensor At(const Tensors& params) const {
    const Examples batch{Noise({2, 3, 32, 32}, "images"), at::tensor({1, 7}, at::kLong)};
    return Evaluate({here.model, params, here.buffers}, *objective, batch, Mode::kTraining).loss;
  }

  const std::unique_ptr<Objective> objective = MakeCrossEntropy();
  Network here;
  at::Tensor u, v;  // directions
};

TEST_P(EveryArchitecture, HasTheGradientOfDifferences) {
  const Loss loss(*model_);
  const double h = 1e-8;
  const double slope =
      (loss.At(Moved(loss.here.params, loss.v, h)) - loss.At(Moved(loss.here.params, loss.v, -h)))
          .item<double>() /
      (2 * h);
  const Tensors gradient = Gradient(loss.At(loss.here.params), loss.here.params);
  EXPECT_NEAR(Flatten(gradient).dot(loss.v).item<double>(), slope, 1e-3 * std::abs(slope));
}

// Rectified units bend the loss at kinks that differences would cross: the Hessian is tested for
// what a wrong second derivative would break, its symmetry.
TEST_P(EveryArchitecture, HasASymmetricHessian) {
  const Loss loss(*model_);
  const Tensors& params = loss.here.params;
  const Tensors gradient = Gradient(loss.At(params), params, /*create_graph=*/true);
  const auto product = [&](const at::Tensor& v) {
    return Flatten(VectorJacobianProduct(gradient, Unflatten(v, params), params));
  };
  const double uv = loss.u.dot(product(loss.v)).item<double>();
  EXPECT_NE(uv, 0);
  EXPECT_NEAR(loss.v.dot(product(loss.u)).item<double>(), uv, 1e-8 * std::abs(uv));
}

// An evaluation of eight images in float32, with or without rounded products.
Evaluation Rounded(const Model& model, const Objective& objective, Mode mode, bool bfloat16) {
  const Variables fresh = model.Initialize(0, at::kFloat);
  const Examples batch{Noise({8, 3, 32, 32}, "images").to(at::kFloat), at::arange(8, at::kLong)};
  const Network network{&model, fresh.parameters, fresh.buffers};
  Pass pass = mode;
  pass.bfloat16 = bfloat16;
  return Evaluate(Detached(network, /*track=*/true), objective, batch, pass);
}

// With statistics that are not of the batch: dividing by the deviation of a few nearly equal values
// would amplify the rounding. A rounded pixel may win a pooling or pass a rectified unit. Equality
// would mean that nothing was rounded.
TEST_P(EveryArchitecture, KeepsItsGradientInBfloat16) {
  const auto objective = MakeCrossEntropy();
  const Evaluation full = Rounded(*model_, *objective, Mode::kEvaluation, false);
  const Evaluation rounded = Rounded(*model_, *objective, Mode::kEvaluation, true);
  const double loss = full.loss.item<double>();
  EXPECT_NE(rounded.loss.item<double>(), loss);
  EXPECT_NEAR(rounded.loss.item<double>(), loss, 0.02 * loss);
  const at::Tensor a = Flatten(Gradient(full.loss, full.network.params));
  const at::Tensor b = Flatten(Gradient(rounded.loss, rounded.network.params));
  EXPECT_GT(a.dot(b).item<double>(), 0.95 * (a.norm() * b.norm()).item<double>());
}

TEST_P(EveryArchitecture, CanBeDifferentiatedTwiceInBfloat16) {
  const auto objective = MakeCrossEntropy();
  const Evaluation rounded = Rounded(*model_, *objective, Mode::kTraining, true);
  const Tensors& params = rounded.network.params;
  const Tensors gradient = Gradient(rounded.loss, params, /*create_graph=*/true);
  const at::Tensor second = Flatten(Gradient(SquaredNorm(gradient), params));
  EXPECT_EQ(second.scalar_type(), at::kFloat);
  EXPECT_TRUE(second.isfinite().all().item<bool>());
}

INSTANTIATE_TEST_SUITE_P(
    All, EveryArchitecture,
    testing::Values(
        Case{"cnn",
             [] {
               return MakeCnn({.input = {3, 32, 32},
                               .channels = {3, 4},
                               .features = 7,
                               .activation = Activation::kTanh,
                               .average_pooling = true});
             }},
        Case{"cnn_batch_norm",
             [] {
               return MakeCnn({.input = {3, 32, 32},
                               .channels = {3, 4},
                               .features = 7,
                               .activation = Activation::kSoftplus,
                               .batch_norm = true,
                               .average_pooling = true});
             }},
        Case{"vgg", [] { return MakeVgg({.width = 2}); }},
        Case{"resnet50", [] { return MakeResNet({.depth = 50, .width = 2}); }},
        Case{"resnet34_imagenet",
             [] { return MakeResNet({.depth = 34, .width = 2, .imagenet_stem = true}); }},
        Case{"wide_resnet", [] { return MakeWideResNet({.blocks = 1, .widening = 1}); }},
        Case{"wide_resnet_plain",
             [] { return MakeWideResNet({.blocks = 1, .widening = 1, .batch_norm = false}); }},
        Case{"vit", [] { return MakeVit({.width = 8, .depth = 2, .heads = 2}); }}),
    [](const auto& tested) { return tested.param.name; });

TEST(CnnTest, PoolsHalveThePicturesBeforeTheFeatures) {
  const auto model = MakeCnn({});
  EXPECT_THAT(model->parameter_names(),
              ElementsAre("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                          "features.weight", "features.bias", "output.weight", "output.bias"));
  EXPECT_EQ(NumberOfParameters(*model), 320 + 18'496 + 64 * 7 * 7 * 128 + 128 + 1290);
}

TEST(ResNetTest, HasTorchvisionsNumbersOfParameters) {
  const ResNetOptions imagenet{.outputs = 1000, .imagenet_stem = true};
  const auto count = [&](int64_t depth) {
    ResNetOptions options = imagenet;
    options.depth = depth;
    return NumberOfParameters(*MakeResNet(options));
  };
  EXPECT_EQ(count(18), 11'689'512);
  EXPECT_EQ(count(34), 21'797'672);
  EXPECT_EQ(count(50), 25'557'032);
}

TEST(ResNetTest, ABottleneckHasTorchvisionsNames) {
  const auto model = MakeResNet({.depth = 50, .width = 2});
  EXPECT_THAT(model->parameter_names(), Contains("layer1.0.conv3.weight"));
  EXPECT_THAT(model->parameter_names(), Contains("layer1.0.downsample.1.bias"));
  EXPECT_THAT(model->parameter_names(), Not(Contains("layer1.1.downsample.0.weight")));
}

TEST(ResNetTest, TheImageNetStemQuartersThePicture) {
  const auto model = MakeResNet({.width = 2, .imagenet_stem = true});
  const ForwardResult result = FreshForward(*model, {1, 3, 64, 64});
  EXPECT_THAT(result.activations[0].tensor.sizes().vec(), ElementsAre(1, 2, 16, 16));
}

// torchvision's vgg11 and vgg13 have 9,220,480 and 9,404,992 parameters in `features`.
TEST(VggTest, HasTorchvisionsNamesAndNumbersOfConvolutions) {
  const auto model = MakeVgg({});
  EXPECT_THAT(FirstNames(*model, 5),
              ElementsAre("features.0.weight", "features.0.bias", "features.1.weight",
                          "features.1.bias", "features.4.weight"));
  const auto plain = MakeVgg({.depth = 13, .batch_norm = false});
  EXPECT_THAT(plain->parameter_names(), Contains("features.22.weight"));
  EXPECT_EQ(NumberOfParameters(*MakeVgg({.batch_norm = false})), 9'220'480 + 5130);
  EXPECT_EQ(NumberOfParameters(*plain), 9'404'992 + 5130);
}

// Known sizes of WRN-28-10, WRN-16-4 and their kin: 36.5 and 2.7 million.
TEST(WideResNetTest, HasTheKnownNumbersOfParameters) {
  EXPECT_EQ(NumberOfParameters(*MakeWideResNet({.blocks = 4, .widening = 10})), 36'479'194);
  EXPECT_EQ(NumberOfParameters(*MakeWideResNet({.blocks = 2, .widening = 4})), 2'748'890);
}

TEST(VitTest, HasTorchvisionsNames) {
  const auto model = MakeVit({});
  EXPECT_THAT(FirstNames(*model, 6),
              ElementsAre("class_token", "conv_proj.weight", "conv_proj.bias",
                          "encoder.pos_embedding", "encoder.layers.encoder_layer_0.ln_1.weight",
                          "encoder.layers.encoder_layer_0.ln_1.bias"));
  EXPECT_THAT(model->parameter_names(),
              Contains("encoder.layers.encoder_layer_3.self_attention.out_proj.bias"));
}

// torchvision's vit_b_16 has 86,567,656 parameters.
TEST(VitTest, OfTheBaseSizeHasTorchvisionsNumberOfParameters) {
  const VitOptions base{.input = {3, 224, 224},
                        .outputs = 1000,
                        .patch = 16,
                        .width = 768,
                        .depth = 12,
                        .heads = 12,
                        .mlp_ratio = 4};
  EXPECT_EQ(NumberOfParameters(*MakeVit(base)), 86'567'656);
}

// The class token attends to all patches: each pixel reaches the output.
TEST(VitTest, EveryPixelReachesTheOutput) {
  const auto model = MakeVit({.width = 8, .depth = 1, .heads = 2});
  const Variables fresh = model->Initialize(0, at::kDouble);
  const at::Tensor x = Noise({1, 3, 32, 32}, "images").requires_grad_();
  const at::Tensor y = model->Forward(fresh.parameters, {}, x, Mode::kEvaluation).output;
  EXPECT_TRUE((Gradient(y.square().sum(), {x})[0] != 0).all().item<bool>());
}

}  // namespace
}  // namespace geometer::geometry
