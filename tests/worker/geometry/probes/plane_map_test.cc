#include "worker/geometry/probes/plane_map.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/function_model.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/objectives/morse.h"

namespace geometer::geometry {
namespace {

// φ(x) = x; the smallest square around the sample is [0, 4]×[−1, 3].
class PlaneMapTest : public testing::Test {
 protected:
  PlaneMapTest() {
    subject_.network.model = &model_;
    subject_.sample = {at::tensor({0.0, 0.0, 4.0, 2.0}, at::kDouble).view({2, 2}),
                       at::zeros({2}, at::kLong)};
    subject_.chunk_size = 4;
  }

  Reading Measure(const std::unique_ptr<Objective>& objective, PlaneMapOptions options = {3, 1}) {
    subject_.objective = objective.get();
    return MakePlaneMapProbe(options)->Measure(subject_, {});
  }

  FunctionModel model_{[](at::TensorList, const at::Tensor& x) { return x; }};
  Subject subject_;
};

TEST_F(PlaneMapTest, TheGridIsASquareAboutTheSample) {
  const Reading reading = Measure(MakeCrossEntropy(), {.points = 3, .extent = 1.5});
  EXPECT_DOUBLE_EQ(Find(reading, "map_x", 0).value, -1);
  EXPECT_DOUBLE_EQ(Find(reading, "map_x", 1).value, 2);
  EXPECT_DOUBLE_EQ(Find(reading, "map_x", 2).value, 5);
  EXPECT_DOUBLE_EQ(Find(reading, "map_y", 0).value, -2);
  EXPECT_DOUBLE_EQ(Find(reading, "map_y", 2).value, 4);
}

// Row 2 (y = 3), column 0 (x = 0) has index 6; row 0 (y = −1), column 2 (x = 4) has index 2.
TEST_F(PlaneMapTest, OfAClassifierItHasClassesAndMargins) {
  const Reading reading = Measure(MakeCrossEntropy());
  EXPECT_EQ(Find(reading, "map_class", 6).value, 1);
  EXPECT_EQ(Find(reading, "map_class", 2).value, 0);
  EXPECT_NEAR(Find(reading, "map_margin", 6).value, std::tanh(1.5), 1e-12);
  EXPECT_NEAR(Find(reading, "map_margin", 2).value, std::tanh(2.5), 1e-12);
}

TEST_F(PlaneMapTest, OfAMorseNetworkItHasDensities) {
  const at::Tensor origin = at::zeros({1, 2}, at::kDouble);
  const Reading density = Measure(MakeMorse({.targets = origin}));
  EXPECT_NEAR(Find(density, "map_density", 6).value, std::exp(-4.5), 1e-15);
  EXPECT_THROW(Find(density, "map_class"), c10::Error);
  const Reading potential =
      Measure(MakeMorse({.targets = origin}), {.points = 3, .extent = 1, .logarithm = true});
  EXPECT_NEAR(Find(potential, "map_potential", 6).value, 4.5, 1e-12);
  const Reading classes = Measure(MakeMorse({.targets = ClassTargets(2, 3)}));
  EXPECT_DOUBLE_EQ(Find(classes, "map_density", 6).value, 1);
  EXPECT_EQ(Find(classes, "map_class", 6).value, 1);
}

TEST_F(PlaneMapTest, OfARegressionItHasTheFirstOutput) {
  subject_.sample.targets = at::zeros({2, 2}, at::kDouble);
  const Reading reading = Measure(MakeMeanSquaredError());
  EXPECT_EQ(Find(reading, "map_output", 2).value, 4);
  EXPECT_EQ(Find(reading, "map_output", 6).value, 0);
}

TEST_F(PlaneMapTest, OtherInputsAreRefused) {
  const SmallProblem problem = MakeSmallProblem();
  EXPECT_THROW(MakePlaneMapProbe({})->Measure(problem.AsSubject(), {}), c10::Error);
}

}  // namespace
}  // namespace geometer::geometry
