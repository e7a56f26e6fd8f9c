#include "worker/geometry/schedules/schedule.h"

#include <gtest/gtest.h>

#include "worker/geometry/schedules/constant.h"
#include "worker/geometry/schedules/cosine.h"

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

}  // namespace
}  // namespace geometer::geometry
