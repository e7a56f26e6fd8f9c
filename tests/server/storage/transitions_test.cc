#include "server/storage/transitions.h"

#include <gtest/gtest.h>

namespace geometer::server {
namespace {

v1::Finish Failure(v1::FailureReason reason) {
  v1::Finish finish;
  finish.set_outcome(v1::OUTCOME_FAILED);
  finish.set_reason(reason);
  return finish;
}

TEST(TransitionsTest, ACrashIsTriedAgainUntilTheThirdOneIsHeld) {
  const v1::Finish crash = Failure(v1::FAILURE_REASON_CRASHED);
  EXPECT_EQ(StateAfter(crash, false, 1), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(StateAfter(crash, false, 2), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(StateAfter(crash, false, 3), v1::JOB_STATE_HELD);
}

TEST(TransitionsTest, ReasonsThatTheSpecOrTheMachineCausesAreNotTriedAgain) {
  for (v1::FailureReason reason : {v1::FAILURE_REASON_SPEC_REFUSED, v1::FAILURE_REASON_MISSING_DATA,
                                   v1::FAILURE_REASON_BAD_DATA, v1::FAILURE_REASON_OUT_OF_MEMORY,
                                   v1::FAILURE_REASON_DEVICE_ERROR, v1::FAILURE_REASON_TIME_LIMIT,
                                   v1::FAILURE_REASON_INTERNAL}) {
    EXPECT_EQ(StateAfter(Failure(reason), false, 0), v1::JOB_STATE_FAILED) << reason;
  }
}

TEST(TransitionsTest, PreemptionIsNobodysFailure) {
  EXPECT_EQ(RetryAfter(v1::FAILURE_REASON_PREEMPTED), Retry::kFree);
  EXPECT_EQ(StateAfter(Failure(v1::FAILURE_REASON_PREEMPTED), false, 99), v1::JOB_STATE_QUEUED);
}

TEST(TransitionsTest, ACancelledJobIsNotTriedAgain) {
  EXPECT_EQ(StateAfter(Failure(v1::FAILURE_REASON_LOST_WORKER), true, 1), v1::JOB_STATE_CANCELLED);
}

TEST(TransitionsTest, ARunThatEndedBeforeTheCancelArrivedKeepsItsResult) {
  v1::Finish finish;
  finish.set_outcome(v1::OUTCOME_DIVERGED);
  EXPECT_EQ(StateAfter(finish, true, 0), v1::JOB_STATE_DIVERGED);
}

TEST(TransitionsTest, AFinishNeedsAReasonExactlyWhenItFailed) {
  EXPECT_TRUE(CheckFinish(Failure(v1::FAILURE_REASON_HUNG)).ok());
  EXPECT_FALSE(CheckFinish(Failure(v1::FAILURE_REASON_UNSPECIFIED)).ok());
  v1::Finish succeeded = Failure(v1::FAILURE_REASON_HUNG);
  succeeded.set_outcome(v1::OUTCOME_SUCCEEDED);
  EXPECT_FALSE(CheckFinish(succeeded).ok());
  EXPECT_FALSE(CheckFinish(v1::Finish()).ok());
}

}  // namespace
}  // namespace geometer::server
