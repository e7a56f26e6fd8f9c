#include "client/rendering/job_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> View(const v1::Job& job, TerminalSize size = {}) {
  const History history = {{HistoryKey(job.latest(1).series()), {{0, 0}, {25, 7}}}};
  return JobView(job, history, size, Style(false));
}

TEST(JobViewTest, ShowsProgressAndTimeLeft) {
  const auto lines = View(TestJob());
  EXPECT_EQ(lines[0], "job 7  demo  running  on worker-a, slot 0");
  EXPECT_THAT(lines[1], HasSubstr("50 %  50/100 steps  20 s left"));
}

TEST(JobViewTest, ShowsEachLatestValueWithItsCurve) {
  const std::string view = absl::StrJoin(View(TestJob()), "\n");
  EXPECT_THAT(view, HasSubstr("loss (train)        0.5                   ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁██"));
  EXPECT_THAT(view, HasSubstr("eigenvalue (train)  12.5 (not converged)"));
  EXPECT_THAT(view, HasSubstr("accuracy (test)     NaN"));
}

TEST(JobViewTest, LeavesOutTheLoopsOwnAccountOfTime) {
  v1::Job job = TestJob();
  for (auto& latest : *job.mutable_latest()) latest.mutable_series()->set_probe("training");
  EXPECT_THAT(View(job), SizeIs(2));
}

TEST(JobViewTest, StaysWithinItsRows) { EXPECT_THAT(View(TestJob(), {80, 3}), SizeIs(3)); }

TEST(JobViewTest, ANarrowTerminalShowsNoCurve) {
  EXPECT_THAT(View(TestJob(), {20, 24}), SizeIs(6));
}

TEST(JobViewTest, AQueuedJobTellsWhatItWaitsFor) {
  v1::Job job = TestJob(v1::JOB_STATE_QUEUED);
  job.clear_attempts();
  EXPECT_THAT(View(job)[1], HasSubstr("waits for a free slot"));
}

TEST(JobViewTest, AFailureSaysWhy) {
  v1::Job job = TestJob(v1::JOB_STATE_FAILED);
  v1::Finish& finish = *job.mutable_attempts(0)->mutable_finish();
  finish.set_reason(v1::FAILURE_REASON_MISSING_DATA);
  finish.set_message("fetch it");
  EXPECT_EQ(EndText(job), "failed (missing_data): fetch it");
}

TEST(JobViewTest, AHeldJobHasNotEndedAndTellsNoDuration) {
  v1::Job job = TestJob(v1::JOB_STATE_HELD);
  *job.mutable_start_time() = job.submit_time();
  EXPECT_THAT(View(job)[1], Not(HasSubstr("took")));
}

TEST(JobViewTest, ARunningJobThatWasCancelledIsCancelling) {
  v1::Job job = TestJob();
  job.set_cancel_requested(true);
  EXPECT_EQ(EndText(job), "cancelling");
}

TEST(JobViewTest, ALineOfALogHoldsAllLatestValues) {
  EXPECT_EQ(JobLine(TestJob()),
            "job 7 demo: running, 50/100 steps, loss (test) 0.75, loss (train) 0.5, "
            "eigenvalue (train) 12.5 (not converged), accuracy (test) NaN");
}

v1::LatestValue Latest(const std::string& quantity, uint32_t index) {
  v1::LatestValue latest;
  latest.mutable_series()->set_probe("spectrum");
  latest.mutable_series()->set_quantity(quantity);
  latest.mutable_series()->set_index(index);
  return latest;
}

TEST(JobViewTest, ShowsTheFirstQuantitiesOfAProbeAndTheBeginningOfALongList) {
  v1::Job job = TestJob();
  job.clear_latest();
  for (uint32_t i = 0; i < 40; ++i) *job.add_latest() = Latest("node", i);
  *job.add_latest() = Latest("mean", 0);
  *job.add_latest() = Latest("third", 0);
  const std::string view = absl::StrJoin(JobView(job, {}, {80, 100}, Style(false)), "\n");
  EXPECT_THAT(view, AllOf(HasSubstr("node 4"), HasSubstr("mean")));
  EXPECT_THAT(view, AllOf(Not(HasSubstr("node 5")), Not(HasSubstr("third"))));
}

TEST(JobViewTest, ALineOfALogStaysShortHoweverManyProbesAJobHas) {
  v1::Job job = TestJob();
  for (int i = 0; i < 40; ++i) {
    *job.add_latest() = Latest("loss", 0);
    job.mutable_latest()->rbegin()->mutable_series()->set_probe(absl::StrCat("probe", i));
  }
  EXPECT_LT(JobLine(job).size(), 300);
  EXPECT_THAT(JobLine(job), HasSubstr("… (geometer show 7)"));
}

TEST(JobViewTest, NamesFromTheServerAreMadePrintable) {
  v1::Job job = TestJob();
  job.set_name("a\x1b[2J");
  EXPECT_THAT(View(job)[0], HasSubstr("a\\x1b[2J"));
  EXPECT_THAT(JobLine(job), HasSubstr("a\\x1b[2J"));
}

}  // namespace
}  // namespace geometer::client
