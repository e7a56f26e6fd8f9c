#include "worker/geometry/probes/ood_detection.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/detection.h"
#include "worker/geometry/objectives/morse.h"

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
  double Auroc(const char* name, OodScore score) const {
    return Find(MakeOodDetectionProbe({score})->Measure(subject_, {}), std::string(name) + "_auroc")
        .value;
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
  const Reading reading = MakeOodDetectionProbe({OodScore::kDensity})->Measure(subject_, {});
  const auto density = [&](const Examples& examples) {
    return morse->LogDensities(Output(examples))->exp().amax(1);
  };
  const at::Tensor in = density(subject_.sample), out = density(subject_.second->sample);
  EXPECT_DOUBLE_EQ(Find(reading, "density_auroc").value, Detect(1 - in, 1 - out).auroc);
  EXPECT_NEAR(Find(reading, "mean_density").value, in.mean().item<double>(), 1e-14);
  EXPECT_NEAR(Find(reading, "mean_density_out").value, out.mean().item<double>(), 1e-14);
  EXPECT_EQ(*Find(reading, "density_auroc").samples, 24);
}

TEST_F(OodDetectionTest, AClassifierHasNoDensity) {
  EXPECT_THROW(MakeOodDetectionProbe({OodScore::kDensity})->Measure(subject_, {}),
               std::invalid_argument);
}

TEST_F(OodDetectionTest, OfADivergedNetworkNothingIsKnown) {
  for (at::Tensor& parameter : subject_.network.params) parameter = parameter * std::nan("");
  EXPECT_TRUE(std::isnan(Auroc("entropy", OodScore::kEntropy)));
}

}  // namespace
}  // namespace geometer::geometry
