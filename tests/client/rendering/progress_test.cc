#include "client/rendering/progress.h"

#include <gtest/gtest.h>

namespace geometer::client {
namespace {

v1::Progress At(uint64_t step, uint64_t total, double elapsed) {
  v1::Progress progress;
  progress.set_step(step);
  progress.set_total_steps(total);
  progress.set_elapsed_seconds(elapsed);
  return progress;
}

v1::Job JobAt(v1::JobState state, uint64_t step, uint64_t total) {
  v1::Job job;
  job.set_state(state);
  *job.mutable_progress() = At(step, total, 1);
  return job;
}

TEST(ProgressTest, ShareIsTheFractionOfSteps) {
  EXPECT_EQ(Share(JobAt(v1::JOB_STATE_RUNNING, 25, 100)), 0.25);
  EXPECT_EQ(Share(JobAt(v1::JOB_STATE_QUEUED, 0, 0)), 0);
}

TEST(ProgressTest, AJobThatSucceededIsDoneWhateverItsLength) {
  EXPECT_EQ(Share(JobAt(v1::JOB_STATE_SUCCEEDED, 25, 0)), 1);
}

TEST(ProgressTest, ShareOfAnUnknownLengthIsUnknown) {
  EXPECT_EQ(Share(JobAt(v1::JOB_STATE_FAILED, 25, 0)), std::nullopt);
}

TEST(ProgressTest, TimeLeftFollowsTheMeanPace) {
  EXPECT_EQ(SecondsLeft(At(25, 100, 10), 0), 30);
  EXPECT_EQ(SecondsLeft(At(100, 100, 10), 0), 0);
}

TEST(ProgressTest, TimeLeftCountsOnlyStepsOfThisAttempt) {
  EXPECT_EQ(SecondsLeft(At(75, 100, 10), 50), 10);
}

TEST(ProgressTest, TimeLeftIsUnknownBeforeTheFirstStep) {
  EXPECT_EQ(SecondsLeft(At(0, 100, 10), 0), std::nullopt);
  EXPECT_EQ(SecondsLeft(At(50, 100, 10), 50), std::nullopt);
  EXPECT_EQ(SecondsLeft(At(50, 0, 10), 0), std::nullopt);
}

TEST(ProgressTest, BarFillsInEighthsOfAColumn) {
  EXPECT_EQ(Bar(0, 4), "    ");
  EXPECT_EQ(Bar(0.5, 4), "██  ");
  EXPECT_EQ(Bar(0.375, 4), "█▌  ");
  EXPECT_EQ(Bar(1, 4), "████");
}

TEST(ProgressTest, BarStaysWithinItsWidth) {
  EXPECT_EQ(Bar(7, 2), "██");
  EXPECT_EQ(Bar(-1, 2), "  ");
}

}  // namespace
}  // namespace geometer::client
