#include "worker/geometry/schedules/schedule.h"

#include <gtest/gtest.h>

#include <utility>

#include "worker/geometry/schedules/constant.h"
#include "worker/geometry/schedules/cosine.h"
#include "worker/geometry/schedules/cyclic.h"
#include "worker/geometry/schedules/one_cycle.h"
#include "worker/geometry/schedules/polynomial.h"
#include "worker/geometry/schedules/step.h"
#include "worker/geometry/schedules/window.h"

namespace geometer::geometry {
namespace {

double Rate(const Schedule& schedule, int64_t step) { return schedule.Rate({0.2, step, 100}); }

TEST(ConstantTest, IsTheBaseRateAtEveryStep) {
  EXPECT_EQ(Rate(*MakeConstant(), 0), 0.2);
  EXPECT_EQ(Rate(*MakeConstant(), 99), 0.2);
}

TEST(CosineTest, GoesFromTheBaseRateToZero) {
  const auto cosine = MakeCosine(0);
  EXPECT_DOUBLE_EQ(Rate(*cosine, 0), 0.2);
  EXPECT_DOUBLE_EQ(Rate(*cosine, 50), 0.1);
  EXPECT_DOUBLE_EQ(Rate(*cosine, 100), 0);
}

// cos(π/3) = ½, so the factor is ¼ + ¾·¾ at a third of the way.
TEST(CosineTest, EndsAtItsFinalFactor) {
  const auto cosine = MakeCosine(0.25);
  EXPECT_DOUBLE_EQ(Rate(*cosine, 100), 0.05);
  EXPECT_DOUBLE_EQ(cosine->Rate({1, 1, 3}), 0.25 + 0.75 * 0.75);
}

TEST(CosineTest, NeverRises) {
  const auto cosine = MakeCosine(0.1);
  for (int64_t step = 0; step < 100; ++step)
    EXPECT_GT(Rate(*cosine, step), Rate(*cosine, step + 1));
}

TEST(StepTest, MultipliesAtEachMilestone) {
  const auto step = MakeStep({10, 20}, 0.1);
  EXPECT_DOUBLE_EQ(Rate(*step, 9), 0.2);
  EXPECT_DOUBLE_EQ(Rate(*step, 10), 0.02);
  EXPECT_DOUBLE_EQ(Rate(*step, 20), 0.002);
}

TEST(PolynomialTest, IsAPowerOfWhatIsLeft) {
  EXPECT_DOUBLE_EQ(Rate(*MakePolynomial(1, 0), 25), 0.15);
  EXPECT_DOUBLE_EQ(Rate(*MakePolynomial(2, 0), 50), 0.05);
  EXPECT_DOUBLE_EQ(Rate(*MakePolynomial(2, 0.5), 100), 0.1);
}

TEST(OneCycleTest, RisesToTheBaseRateAndFallsToItsEnd) {
  const auto cycle = MakeOneCycle({.rise = 0.3, .initial_factor = 0.04, .final_factor = 0.01});
  EXPECT_DOUBLE_EQ(Rate(*cycle, 0), 0.2 * 0.04);
  EXPECT_DOUBLE_EQ(Rate(*cycle, 15), 0.2 * 0.52);
  EXPECT_DOUBLE_EQ(Rate(*cycle, 30), 0.2);
  EXPECT_DOUBLE_EQ(Rate(*cycle, 65), 0.2 * 0.505);
  EXPECT_DOUBLE_EQ(Rate(*cycle, 100), 0.2 * 0.01);
}

TEST(CyclicTest, IsATriangleWave) {
  const auto cyclic = MakeCyclic(8, 0.5);
  for (const auto& [step, factor] : {std::pair{0, 0.5}, {2, 0.75}, {4, 1.0}, {6, 0.75}, {8, 0.5}}) {
    EXPECT_DOUBLE_EQ(Rate(*cyclic, step), 0.2 * factor);
  }
}

TEST(WindowTest, IsNothingOutside) {
  const auto window = MakeWindow(10, 20);
  EXPECT_EQ(Rate(*window, 9), 0);
  EXPECT_EQ(Rate(*window, 10), 0.2);
  EXPECT_EQ(Rate(*window, 20), 0);
}

TEST(WarmupTest, RisesEvenlyToItsShape) {
  EXPECT_DOUBLE_EQ(WarmupShare(0, 4), 0.2);
  EXPECT_DOUBLE_EQ(WarmupShare(3, 4), 0.8);
  EXPECT_EQ(WarmupShare(4, 4), 1);
  EXPECT_EQ(WarmupShare(0, 0), 1);
}

TEST(WarmupTest, TheShapeBeginsAfterIt) {
  const ScheduleContext halfway{0.2, 60, 100, /*first_step=*/20};
  EXPECT_DOUBLE_EQ(halfway.Progress(), 0.5);
  EXPECT_DOUBLE_EQ(MakeCosine(0)->Rate(halfway), 0.1);
  EXPECT_DOUBLE_EQ(MakeCyclic(80, 0.5)->Rate(halfway), 0.2);
}

}  // namespace
}  // namespace geometer::geometry
