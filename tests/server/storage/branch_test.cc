#include "server/storage/branch.h"

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

using Curve = std::vector<std::pair<uint64_t, double>>;

class BranchTest : public StoreFixture {
 protected:
  void Keep(int64_t attempt_id, const v1::Record& record) {
    const auto applied = Send(attempt_id, record);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }
  // The attempt is lost: the job waits again.
  void Lose(int64_t attempt_id) {
    const v1::Finish lost = FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_PREEMPTED).finish();
    ASSERT_TRUE(jobs.Finish(attempt_id, lost, now).ok());
  }
  // An attempt with points at 0 and 10, a checkpoint at 10, and a point at 20 beyond it; lost.
  int64_t LoseBeyondACheckpoint() {
    const int64_t attempt_id = Begin(job_id);
    Keep(attempt_id, PointsOf({{0, 1.0}, {10, 0.9}}));
    Keep(attempt_id, CheckpointAt(10));
    Keep(attempt_id, PointsOf({{20, 777.0}}));
    Lose(attempt_id);
    return attempt_id;
  }
  v1::Offer Offer(const std::string& worker_id = kWorker) {
    return *jobs.MakeOffer(jobs.LastAttemptId() + 1, job_id, worker_id);
  }

  int64_t job_id = Submit();
};

TEST_F(BranchTest, AnOfferNamesTheNewestCheckpointOfThatWorker) {
  const int64_t first = LoseBeyondACheckpoint();
  const v1::Offer offer = Offer();
  EXPECT_EQ(offer.parent_attempt_id(), first);
  EXPECT_EQ(offer.resume_step(), 10u);
  EXPECT_EQ(offer.resume_path(), "step-10.safetensors");
  EXPECT_EQ(Offer("worker-2").parent_attempt_id(), 0);
}

TEST_F(BranchTest, PointsStayVisibleUntilTheNextAttemptBegins) {
  LoseBeyondACheckpoint();
  EXPECT_EQ(Points(job_id), (Curve{{0, 1.0}, {10, 0.9}, {20, 777.0}}));
}

TEST_F(BranchTest, ResumingMakesPointsBeyondTheCheckpointVanish) {
  LoseBeyondACheckpoint();
  const int64_t second = Begin(job_id);
  EXPECT_EQ(Points(job_id), (Curve{{0, 1.0}, {10, 0.9}}));
  EXPECT_EQ(jobs.Get(job_id)->latest(0).step(), 10u);
  EXPECT_EQ(Count("SELECT max(max_value) < 2 FROM curve_bucket"), 1);
  Keep(second, PointsOf({{20, 0.8}}));
  EXPECT_EQ(Points(job_id), (Curve{{0, 1.0}, {10, 0.9}, {20, 0.8}}));
  EXPECT_EQ(Count("SELECT count(*) FROM points WHERE value > 2"), 0);
  EXPECT_EQ(Count("SELECT count(*) FROM latest WHERE value = 0.8"), 1);
  EXPECT_EQ(Count("SELECT count(*) FROM point"), 4) << "nothing is deleted";
}

TEST_F(BranchTest, StartingAfreshMakesEverythingOlderDead) {
  LoseBeyondACheckpoint();
  const int64_t second = Begin(job_id, "worker-2");
  EXPECT_TRUE(Points(job_id).empty());
  EXPECT_TRUE(results.ListSeries(job_id)->empty());
  EXPECT_EQ(Count("SELECT count(*) FROM curve_bucket"), 0);
  EXPECT_TRUE(SendAs("worker-2", second, 1, PointsOf({{0, 5.0}})).ok());
  EXPECT_EQ(Points(job_id), (Curve{{0, 5.0}}));
}

TEST_F(BranchTest, AResumeMayReachBackBeyondItsParent) {
  const int64_t first = LoseBeyondACheckpoint();
  const int64_t second = Begin(job_id);
  Keep(second, PointsOf({{20, 0.8}}));
  Keep(second, CheckpointAt(20));
  Lose(second);
  const v1::Offer lost = Offer();
  EXPECT_EQ(lost.parent_attempt_id(), second);
  jobs.ForgetCheckpoint(lost);
  EXPECT_EQ(Offer().parent_attempt_id(), first);
  Begin(job_id);
  EXPECT_EQ(Points(job_id), (Curve{{0, 1.0}, {10, 0.9}}));
}

TEST_F(BranchTest, AChainOfThreeAttemptsReadsAsOneCurve) {
  LoseBeyondACheckpoint();
  const int64_t second = Begin(job_id);
  Keep(second, PointsOf({{20, 0.8}}));
  Keep(second, CheckpointAt(20));
  Keep(second, PointsOf({{30, 777.0}}));
  Lose(second);
  Keep(Begin(job_id), PointsOf({{30, 0.7}}));
  EXPECT_EQ(Points(job_id), (Curve{{0, 1.0}, {10, 0.9}, {20, 0.8}, {30, 0.7}}));
}

TEST_F(BranchTest, ADeadCheckpointIsNeverOffered) {
  LoseBeyondACheckpoint();
  Lose(Begin(job_id, "worker-2"));
  EXPECT_EQ(Offer().parent_attempt_id(), 0);
}

TEST_F(BranchTest, AnOfferWhoseCheckpointDiedMeanwhileCannotBegin) {
  LoseBeyondACheckpoint();
  v1::Offer stale = Offer();
  Lose(Begin(job_id, "worker-2"));
  stale.set_attempt_id(jobs.LastAttemptId() + 1);
  EXPECT_EQ(CodeOf(jobs.Begin(stale, kWorker, 0, now)), absl::StatusCode::kFailedPrecondition);
}

TEST_F(BranchTest, AResumedAttemptDoesNotMeasureItsFirstStepAgain) {
  LoseBeyondACheckpoint();
  const int64_t second = Begin(job_id);
  EXPECT_EQ(CodeOf(Send(second, PointsOf({{10, 0.9}}))), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Send(second, PointsOf({{10, 0.9}}, "new series"))),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(BranchTest, LogsOfDeadAttemptsStay) {
  const int64_t first = Begin(job_id);
  Keep(first, LogOf({"out of luck"}));
  Lose(first);
  Begin(job_id);
  v1::ReadLogsRequest request;
  request.set_job_id(job_id);
  EXPECT_THAT(results.ReadLogs(request, {})->lines.lines(), testing::ElementsAre("out of luck"));
}

}  // namespace
}  // namespace geometer::server
