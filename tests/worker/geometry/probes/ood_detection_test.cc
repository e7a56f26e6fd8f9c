#include "worker/geometry/probes/ood_detection.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/detection.h"
#include "worker/geometry/mahalanobis.h"
#include "worker/geometry/objectives/morse.h"
#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {
namespace {

// A small classifier, its examples, and others further away.
class OodDetectionTest : public testing::Test {
 protected:
  OodDetectionTest() {
    subject_ = problem_.AsSubject(/*chunk_size=*/5);
    Examples far = problem_.examples;
    far.inputs = far.inputs * 3 + 1;
    subject_.second = SecondLoss{problem_.model.get(), problem_.objective.get(), far};
  }

  at::Tensor Output(const Examples& examples) const {
    return subject_.network.Forward(examples.inputs, Mode::kEvaluation).output.detach();
  }
  double Auroc(const char* name, const OodOptions& options) const {
    return Find(MakeOodDetectionProbe(options)->Measure(subject_, {}), std::string(name) + "_auroc")
        .value;
  }
  double Auroc(const char* name, OodScore score) const {
    return Auroc(name, OodOptions{.scores = {score}});
  }

  SmallProblem problem_ = MakeSmallProblem();
  Subject subject_;
};

TEST_F(OodDetectionTest, ScoresAreThoseOfTheOutputs) {
  const at::Tensor in = Output(subject_.sample), out = Output(subject_.second->sample);
  const auto auroc = [&](auto score) { return Detect(score(in), score(out)).auroc; };
  EXPECT_DOUBLE_EQ(Auroc("max_probability", OodScore::kMaxProbability),
                   auroc([](const at::Tensor& f) { return -f.softmax(1).amax(1); }));
  EXPECT_DOUBLE_EQ(Auroc("entropy", OodScore::kEntropy), auroc([](const at::Tensor& f) {
                     return -(f.softmax(1) * f.softmax(1).log()).sum(1);
                   }));
  EXPECT_DOUBLE_EQ(Auroc("energy", OodScore::kEnergy),
                   auroc([](const at::Tensor& f) { return -f.exp().sum(1).log(); }));
}

// MG I-T14: 1 − μ ranks as −log μ does, where it doesn't saturate; M10: both mean densities are
// told.
TEST_F(OodDetectionTest, OfAMorseNetworkTheDensityRanksAndBothMeansAreTold) {
  const auto morse = MakeMorse({.targets = ClassTargets(3, 1)});
  subject_.objective = morse.get();
  const Reading reading =
      MakeOodDetectionProbe({.scores = {OodScore::kDensity}})->Measure(subject_, {});
  const auto density = [&](const Examples& examples) {
    return morse->LogDensities(Output(examples))->exp().amax(1);
  };
  const at::Tensor in = density(subject_.sample), out = density(subject_.second->sample);
  EXPECT_DOUBLE_EQ(Find(reading, "density_auroc").value, Detect(1 - in, 1 - out).auroc);
  EXPECT_NEAR(Find(reading, "mean_density").value, in.mean().item<double>(), 1e-14);
  EXPECT_NEAR(Find(reading, "mean_density_out").value, out.mean().item<double>(), 1e-14);
  EXPECT_EQ(*Find(reading, "density_auroc").samples, 24);
}

// MG I.1.10: IsoMax, trained at the entropic scale λ, scores by the entropy at scale 1.
TEST_F(OodDetectionTest, TheEntropicScoreIsTheEntropyAtScaleOne) {
  const auto isomax = MakeMorse({.kernel = {MorseKernelKind::kLaplace, 10},
                                 .targets = ClassTargets(3, 1),
                                 .loss = MorseLoss::kPosterior});
  subject_.objective = isomax.get();
  const auto entropy = [&](const at::Tensor& z) {
    const at::Tensor p = (-SquaredDistances(z, ClassTargets(3, 1)).sqrt()).softmax(1);
    return -(p * p.log()).sum(1);
  };
  const double by_hand =
      Detect(entropy(Output(subject_.sample)), entropy(Output(subject_.second->sample))).auroc;
  EXPECT_DOUBLE_EQ(Auroc("entropy", {.scores = {OodScore::kEntropy}, .temperature = 10}), by_hand);
}

// Fitted to the training split: by class of a classifier, as one Gaussian of one density.
TEST_F(OodDetectionTest, MahalanobisScoresAreDistancesToTheTrainingSplit) {
  Examples training = problem_.examples;
  training.inputs = Noise({12, 5}, "training");
  const auto features = [&](const at::Tensor& inputs) {
    return Embed(subject_.network, inputs).features.detach();
  };
  const auto auroc = [&](const ClassGaussians& fitted, auto of) {
    return Detect(fitted.SquaredDistance(of(subject_.sample.inputs)),
                  fitted.SquaredDistance(of(subject_.second->sample.inputs)))
        .auroc;
  };
  const auto inputs = [](const at::Tensor& x) { return x; };
  EXPECT_DOUBLE_EQ(
      Auroc("mahalanobis_inputs", {.scores = {OodScore::kMahalanobisInputs}, .training = training}),
      auroc(ClassGaussians(training.inputs, training.targets), inputs));
  const OodOptions embedding{.scores = {OodScore::kMahalanobisEmbedding}, .training = training};
  EXPECT_DOUBLE_EQ(Auroc("mahalanobis_embedding", embedding),
                   auroc(ClassGaussians(features(training.inputs), training.targets), features));
  const auto one = MakeMorse({.targets = at::zeros({1, 3}, at::kDouble)});
  subject_.objective = one.get();
  EXPECT_DOUBLE_EQ(Auroc("mahalanobis_embedding", embedding),
                   auroc(ClassGaussians(features(training.inputs), {}), features));
}

TEST_F(OodDetectionTest, AClassifierHasNoDensity) {
  EXPECT_THROW(MakeOodDetectionProbe({.scores = {OodScore::kDensity}})->Measure(subject_, {}),
               std::invalid_argument);
}

TEST_F(OodDetectionTest, OfADivergedNetworkNothingIsKnown) {
  for (at::Tensor& parameter : subject_.network.params) parameter = parameter * std::nan("");
  EXPECT_TRUE(std::isnan(Auroc("entropy", OodScore::kEntropy)));
}

}  // namespace
}  // namespace geometer::geometry
