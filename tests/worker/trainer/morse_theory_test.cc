// Morse networks on two moons, by the product's own loop (MG I.2.3).

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "tests/worker/trainer/attempts.h"
#include "worker/geometry/detection.h"
#include "worker/geometry/random.h"
#include "worker/trainer/batches.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

constexpr char kMoonsJob[] = R"(
name: moons
data: {two_moons: {train: 2000, test: 1000, noise: 0.1}, normalization: {per_channel: {}}}
learner:
  model: {mlp: {hidden: [64, 64], activation: tanh}}
  objective: {morse: {}}
  optimizer: {adam: {learning_rate: 0.002}}
  batches: {size: 256}
  noise: [{reference: {}, strength: 2}]
stop: {steps: 4000}
)";

// Densities of a trained network, and where points lie.
class MorseTheoryTest : public testing::Test {
 protected:
  void Train(const std::vector<std::string>& overrides) {
    const v1::JobSpec spec = Job(kMoonsJob, overrides);
    training_ =
        BuildTraining(spec, {*DatasetLoader().Load(spec.data(0), {{}, 0, at::kFloat})}).value();
    state_ = InitialState(training_);
    Batches batches(training_);
    while (state_.step < training_.total_steps) ASSERT_TRUE(Advance(training_, batches, state_));
  }

  at::Tensor LogDensity(const at::Tensor& x) const {
    const at::NoGradGuard no_grad;
    const geometry::Network network{training_.model.get(), state_.variables.parameters, {}};
    const at::Tensor output = network.Forward(x, geometry::Mode::kEvaluation).output;
    return training_.tasks[0].objective->LogDensities(output)->select(1, 0).to(at::kDouble);
  }
  double Mean(const at::Tensor& x) const { return LogDensity(x).exp().mean().item<double>(); }

  at::Tensor Moons() const { return training_.tasks[0].data.test.All().inputs; }

  // Points of [−4, 4]² whose distance to the training set is in (from, to).
  at::Tensor Away(double from, double to) const {
    const at::Tensor points =
        at::empty({20000, 2}).uniform_(-4, 4, geometry::MakeGenerator(1, "far"));
    const at::Tensor distance =
        std::get<0>(at::cdist(points, training_.tasks[0].data.train.All().inputs).min(1));
    return points.index_select(0, ((distance > from) * (distance < to)).nonzero().flatten());
  }
  double Auroc(const at::Tensor& out) const {
    return geometry::Detect(-LogDensity(Moons()), -LogDensity(out)).auroc;
  }

  Training training_;
  State state_;
};

// MG I-T12
TEST_F(MorseTheoryTest, TheDensityIsHighOnTheMoonsAndLowAway) {
  Train({});
  EXPECT_GT(Auroc(Away(1.5, 99)), 0.999);
  EXPECT_GT(Auroc(Away(0.3, 0.8)), 0.98);
  EXPECT_GT(Mean(Moons()), 0.9);
  EXPECT_LT(Mean(Away(1.5, 99)), 1e-3);
}

// MG I-T13: collapse, which the AUROC alone would not tell.
TEST_F(MorseTheoryTest, WithoutNoiseTheDensityIsOneEverywhere) {
  Train({"learner.objective={morse: {noise_weight: 0}}", "learner.noise=[]"});
  EXPECT_GT(Mean(Away(1.5, 99)), 0.99);
  EXPECT_GT(Auroc(Away(1.5, 99)), 0.7);
}

}  // namespace
}  // namespace geometer::trainer
