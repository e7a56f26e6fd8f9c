#include "worker/geometry/probes/density_samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/worker/geometry/function_model.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/objectives/morse.h"
#include "worker/geometry/random.h"
#include "worker/geometry/sample_quality.h"

namespace geometer::geometry {
namespace {

// φ(x) = w·x in the plane, so that −log μ = ½|wx|² has its mode at 0.
class DensitySamplesTest : public testing::Test {
 protected:
  DensitySamplesTest() {
    subject_.network = {&model_, {at::full({}, 1.0, at::kDouble)}, {}};
    subject_.objective = morse_.get();
    subject_.sample = {Noise({40, 2}, "data"), at::zeros({40}, at::kLong)};
    subject_.chunk_size = 7;
    subject_.seed = 3;
  }

  Reading Measure(const SamplerOptions& sampler) const {
    return MakeDensitySamplesProbe({.sampler = sampler, .box = 2})->Measure(subject_, {});
  }

  FunctionModel model_{[](at::TensorList params, const at::Tensor& x) { return params[0] * x; }};
  std::unique_ptr<Objective> morse_ = MakeMorse({.targets = at::zeros({1, 2}, at::kDouble)});
  Subject subject_;
};

// Each step of the flow is x ← (1 − dt)x, so its end is known.
TEST_F(DensitySamplesTest, TheFlowsPointsAreComparedWithTheSample) {
  const Reading reading = Measure({.steps = 2, .step_size = 0.5, .gradient_clip = 1e9});
  const Box box = Box::Around(subject_.sample.inputs, 2);
  const at::Tensor start = box.Draw(40, MakeGenerator(3, "density_samples/points"));
  const at::Tensor ends = start / 4, density = (-ends.square().sum(1) / 2).exp();
  EXPECT_NEAR(Find(reading, "sampled_density").value, density.mean().item<double>(), 1e-14);
  EXPECT_DOUBLE_EQ(Find(reading, "mode_share").value,
                   (density > 0.9).to(at::kDouble).mean().item<double>());
  EXPECT_NEAR(Find(reading, "sliced_wasserstein").value,
              SlicedWasserstein(ends, subject_.sample.inputs, 200,
                                MakeGenerator(3, "density_samples/directions")),
              1e-12);
  EXPECT_NEAR(Find(reading, "mmd").value, MaximumMeanDiscrepancy(ends, subject_.sample.inputs),
              1e-12);
}

TEST_F(DensitySamplesTest, TheFlowEndsOnTheModeAndLangevinAroundIt) {
  const Reading flow = Measure({.steps = 100, .step_size = 0.1});
  EXPECT_EQ(Find(flow, "mode_share").value, 1);
  EXPECT_GT(Find(flow, "sampled_density").value, 0.999);
  // Of the law of the sample itself.
  const Reading langevin = Measure({.steps = 200, .step_size = 0.1, .inverse_temperature = 1});
  EXPECT_LT(Find(langevin, "mode_share").value, 0.5);
  EXPECT_LT(Find(langevin, "mmd").value, 0.05);
  EXPECT_GT(Find(flow, "mmd").value, 0.3);
}

TEST_F(DensitySamplesTest, AClassifierHasNoDensity) {
  const SmallProblem problem = MakeSmallProblem();
  EXPECT_THROW(MakeDensitySamplesProbe({})->Measure(problem.AsSubject(), {}),
               std::invalid_argument);
}

TEST_F(DensitySamplesTest, OfADivergedNetworkNothingIsKnown) {
  subject_.network.params[0] = at::full({}, std::nan(""), at::kDouble);
  const Reading reading = Measure({.steps = 1});
  EXPECT_TRUE(std::isnan(Find(reading, "sliced_wasserstein").value));
  EXPECT_TRUE(std::isnan(Find(reading, "sampled_density").value));
}

}  // namespace
}  // namespace geometer::geometry
