#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;
using testing::Not;

Result Watch(v1::JobState end, const RunOptions& options = {}) {
  ScriptedService service;
  service.watch_first = {TestJob()};
  service.jobs[7] = TestJob(end);
  return RunClient(service, {"watch", "7"}, options);
}

TEST(WatchTest, EndsWithTheJob) {
  const Result result = Watch(v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("job 7 demo: succeeded, 50/100 steps"));
}

TEST(WatchTest, DivergenceIsAResult) { EXPECT_EQ(Watch(v1::JOB_STATE_DIVERGED).code, 0); }

TEST(WatchTest, AnyOtherEndIsAFailure) {
  for (const auto end : {v1::JOB_STATE_FAILED, v1::JOB_STATE_CANCELLED, v1::JOB_STATE_HELD}) {
    const Result result = Watch(end);
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("geometer: job 7 "));
  }
}

TEST(WatchTest, PlainLinesHoldNoEscapeSequences) {
  EXPECT_THAT(Watch(v1::JOB_STATE_SUCCEEDED).out, Not(HasSubstr("\x1b")));
}

TEST(WatchTest, ATerminalGetsAViewThatEndsWithTheJob) {
  const Result result = Watch(v1::JOB_STATE_SUCCEEDED, {.terminal = true});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("job 7  demo  succeeded\x1b[K\n"));
}

TEST(WatchTest, SeveralJobsAreFollowedToTheLast) {
  ScriptedService service;
  service.jobs[7] = TestJob(v1::JOB_STATE_SUCCEEDED);
  service.jobs[8] = TestJob(v1::JOB_STATE_FAILED);
  service.jobs[8].set_id(8);
  const Result result = RunClient(service, {"watch", "7", "8"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("job 7 demo: succeeded"));
  EXPECT_THAT(result.err, HasSubstr("job 8 failed"));
}

TEST(WatchTest, AnUnknownJobIsRefused) {
  const ScriptedService service;
  const Result result = RunClient(service, {"watch", "9"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "geometer: no job 9\n");
}

// The stream breaks off while the job runs; the next one tells its end.
TEST(WatchTest, AStreamThatBreaksOffIsTakenUpAgain) {
  ScriptedService service;
  service.jobs[7] = TestJob(v1::JOB_STATE_SUCCEEDED);
  service.watch_breaks = 1;
  service.watch_first = {TestJob()};
  EXPECT_EQ(RunClient(service, {"watch", "7"}).code, 0);
  EXPECT_EQ(service.watch_breaks, 0);
}

}  // namespace
}  // namespace geometer::client
