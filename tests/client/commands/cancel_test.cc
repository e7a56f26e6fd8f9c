#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CancelTest, CancelsEachJobAndTellsItsState) {
  ScriptedService service;
  service.jobs[7] = TestJob(v1::JOB_STATE_CANCELLED);
  service.jobs[8] = TestJob();
  service.jobs[8].set_cancel_requested(true);
  const Result result = RunClient(service, {"cancel", "7", "8"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "job 7: cancelled\njob 8: cancelling\n");
  EXPECT_THAT(service.cancelled, ElementsAre(7, 8));
}

TEST(CancelTest, AnUnknownJobIsRefused) {
  const ScriptedService service;
  const Result result = RunClient(service, {"cancel", "9"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("geometer: no job 9"));
}

}  // namespace
}  // namespace geometer::client
