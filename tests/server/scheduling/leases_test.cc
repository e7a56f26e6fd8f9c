#include "server/scheduling/leases.h"

#include <gtest/gtest.h>

namespace geometer::server {
namespace {

using std::chrono::seconds;

class LeasesTest : public testing::Test {
 protected:
  static v1::Progress At(uint64_t step, double elapsed = 0) {
    v1::Progress progress;
    progress.set_step(step);
    progress.set_elapsed_seconds(elapsed);
    return progress;
  }

  SteadyTime start{};
  Leases leases{seconds(10)};
  LeasesTest() { leases.Grant({.attempt_id = 1, .job_id = 7, .worker_id = "w"}, start); }
};

TEST_F(LeasesTest, ALeaseEndsOneTermAfterItsGrant) {
  EXPECT_TRUE(leases.TakeExpired(start + seconds(9)).empty());
  EXPECT_EQ(leases.TakeExpired(start + seconds(10)).at(0).attempt_id, 1);
  EXPECT_TRUE(leases.TakeExpired(start + seconds(10)).empty());
}

TEST_F(LeasesTest, AStepRenews) {
  EXPECT_TRUE(leases.Progressed(1, At(1), start + seconds(9)));
  EXPECT_TRUE(leases.TakeExpired(start + seconds(18)).empty());
}

TEST_F(LeasesTest, ReportsWithoutProgressDoNotRenew) {
  leases.Progressed(1, At(5, 2.0), start);
  leases.Progressed(1, At(5, 2.0), start + seconds(9));
  EXPECT_EQ(leases.TakeExpired(start + seconds(10)).size(), 1u);
}

TEST_F(LeasesTest, ADurableRecordRenewsOnce) {
  leases.Recorded(1, 3, start + seconds(5));
  leases.Recorded(1, 3, start + seconds(9));
  EXPECT_TRUE(leases.TakeExpired(start + seconds(14)).empty());
  EXPECT_EQ(leases.TakeExpired(start + seconds(15)).size(), 1u);
}

TEST_F(LeasesTest, AnUnknownLeaseIsNotRenewed) {
  EXPECT_FALSE(leases.Progressed(2, At(1), start));
  EXPECT_FALSE(leases.Recorded(2, 1, start));
  leases.Release(1);
  EXPECT_FALSE(leases.Progressed(1, At(1), start));
}

TEST_F(LeasesTest, ACancelIsRememberedForTheJobsLease) {
  leases.RequestCancel(8);
  EXPECT_FALSE(leases.Find(1)->cancel_requested);
  leases.RequestCancel(7);
  EXPECT_TRUE(leases.Find(1)->cancel_requested);
  EXPECT_EQ(leases.FindByJob(7)->attempt_id, 1);
  EXPECT_FALSE(leases.FindByJob(8).has_value());
}

}  // namespace
}  // namespace geometer::server
