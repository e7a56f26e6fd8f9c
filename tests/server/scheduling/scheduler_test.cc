#include "server/scheduling/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace geometer::server {
namespace {

using std::chrono::seconds;

class SchedulerTest : public testing::Test {
 protected:
  std::string Register(const std::string& worker_id, uint32_t slots = 1) {
    v1::RegisterRequest description;
    description.set_worker_id(worker_id);
    description.set_slots(slots);
    description.add_devices(v1::DEVICE_CPU);
    description.set_contract_digest("contract");
    return *scheduler.Register(description, absl::UnixEpoch());
  }
  std::string Connect(const std::string& worker_id, uint32_t slots = 1) {
    const std::string session = Register(worker_id, slots);
    EXPECT_TRUE(scheduler.Connect(session, {}).ok());
    return session;
  }
  // Puts the job on the session and has it accepted; the attempt's id.
  int64_t Run(int64_t job_id, const std::string& session) {
    scheduler.Enqueue(job_id, {});
    const int64_t attempt_id = scheduler.Place(now).at(0).attempt_id;
    EXPECT_TRUE(scheduler.Accept(session, AcceptOf(attempt_id), now).ok());
    return attempt_id;
  }
  static v1::AcceptOffer AcceptOf(int64_t attempt_id) {
    v1::AcceptOffer accept;
    accept.set_attempt_id(attempt_id);
    return accept;
  }
  static v1::DeclineOffer DeclineOf(int64_t attempt_id, bool checkpoint_missing = false) {
    v1::DeclineOffer decline;
    decline.set_attempt_id(attempt_id);
    decline.set_checkpoint_missing(checkpoint_missing);
    return decline;
  }
  static v1::AttemptProgress ProgressOf(int64_t attempt_id, uint64_t step) {
    v1::AttemptProgress progress;
    progress.set_attempt_id(attempt_id);
    progress.mutable_progress()->set_step(step);
    return progress;
  }

  std::atomic<int> sessions = 0;
  SteadyTime now{};
  Scheduler scheduler{{.lease_term = seconds(60),
                       .offer_term = seconds(10),
                       .contract_digest = "contract",
                       .last_attempt_id = 100,
                       .new_session = [this] { return "session-" + std::to_string(++sessions); }}};
};

TEST_F(SchedulerTest, AJobGoesToAConnectedWorkerUnderALargerAttemptId) {
  scheduler.Enqueue(1, {});
  EXPECT_TRUE(scheduler.Place(now).empty());
  const std::string session = Connect("w");
  const auto placements = scheduler.Place(now);
  ASSERT_EQ(placements.size(), 1u);
  EXPECT_EQ(placements[0].attempt_id, 101);
  EXPECT_EQ(placements[0].session, session);
  EXPECT_EQ(placements[0].worker_id, "w");
}

TEST_F(SchedulerTest, OffersAndLeasesOccupySlots) {
  const std::string session = Connect("w", 2);
  Run(1, session);
  scheduler.Enqueue(2, {});
  scheduler.Enqueue(3, {});
  EXPECT_EQ(scheduler.Place(now).size(), 1u);
  EXPECT_TRUE(scheduler.Place(now).empty());
  scheduler.Release(101);
  EXPECT_EQ(scheduler.Place(now).at(0).job_id, 3);
}

TEST_F(SchedulerTest, AnOfferIsAcceptedOnceAndByItsSessionOnly) {
  const std::string session = Connect("w");
  const std::string other = Connect("other");
  scheduler.Enqueue(1, {});
  const Placement placement = scheduler.Place(now).at(0);
  const std::string wrong = placement.session == session ? other : session;
  EXPECT_FALSE(scheduler.Accept(wrong, AcceptOf(placement.attempt_id), now).ok());
  EXPECT_TRUE(scheduler.Accept(placement.session, AcceptOf(placement.attempt_id), now).ok());
  EXPECT_EQ(
      scheduler.Accept(placement.session, AcceptOf(placement.attempt_id), now).status().code(),
      absl::StatusCode::kFailedPrecondition);
}

TEST_F(SchedulerTest, ADeclinedJobGoesElsewhereUnlessOnlyItsCheckpointWasMissing) {
  const std::string session = Connect("w");
  scheduler.Enqueue(1, {});
  const int64_t first = scheduler.Place(now).at(0).attempt_id;
  ASSERT_TRUE(scheduler.Decline(session, DeclineOf(first, /*checkpoint_missing=*/true)).ok());
  const int64_t second = scheduler.Place(now).at(0).attempt_id;
  EXPECT_GT(second, first);
  ASSERT_TRUE(scheduler.Decline(session, DeclineOf(second)).ok());
  EXPECT_TRUE(scheduler.Place(now).empty());
}

// Its slot may be free only in the server's eyes: the trainer of an expired lease has yet to end.
TEST_F(SchedulerTest, AWorkerThatDeclinedIsAskedAgainAfterTheNextSweep) {
  const std::string session = Connect("w", 2);
  scheduler.Enqueue(1, {});
  ASSERT_TRUE(scheduler.Decline(session, DeclineOf(scheduler.Place(now).at(0).attempt_id)).ok());
  scheduler.Enqueue(2, {});
  EXPECT_TRUE(scheduler.Place(now).empty()) << "it would decline every job, one after another";
  scheduler.Sweep(now);
  EXPECT_EQ(scheduler.Place(now).size(), 2u);
}

TEST_F(SchedulerTest, TwoWorkersThatDeclineDoNotPassAJobBackAndForth) {
  Connect("a");
  Connect("b");
  scheduler.Enqueue(1, {});
  for (int i = 0; i < 2; ++i) {
    const Placement placement = scheduler.Place(now).at(0);
    ASSERT_TRUE(scheduler.Decline(placement.session, DeclineOf(placement.attempt_id)).ok());
  }
  EXPECT_TRUE(scheduler.Place(now).empty());
}

TEST_F(SchedulerTest, AnUnansweredOfferGoesBackToTheQueue) {
  const std::string session = Connect("w");
  scheduler.Enqueue(1, {});
  const int64_t attempt_id = scheduler.Place(now).at(0).attempt_id;
  scheduler.Sweep(now + seconds(10));
  EXPECT_FALSE(scheduler.Accept(session, AcceptOf(attempt_id), now).ok());
  EXPECT_EQ(scheduler.Place(now).at(0).job_id, 1);
}

TEST_F(SchedulerTest, AStreamThatClosesGivesItsOffersBackAndKeepsItsLeases) {
  const std::string session = Connect("w", 2);
  const int64_t leased = Run(1, session);
  scheduler.Enqueue(2, {});
  ASSERT_EQ(scheduler.Place(now).size(), 1u);
  scheduler.Disconnect(session);
  EXPECT_EQ(scheduler.AllLeases().at(0).attempt_id, leased);
  Connect("other");
  EXPECT_EQ(scheduler.Place(now).at(0).job_id, 2);
}

TEST_F(SchedulerTest, OnReconnectWhatAWorkerNoLongerHoldsIsLost) {
  const std::string session = Connect("w", 2);
  const int64_t kept = Run(1, session);
  const int64_t gone = Run(2, session);
  v1::HeldAttempts held;
  held.add_attempt_ids(kept);
  const auto lost = *scheduler.Connect(Register("w", 2), held);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].attempt_id, gone);
  EXPECT_EQ(lost[0].reason, v1::FAILURE_REASON_LOST_WORKER);
  EXPECT_EQ(scheduler.Renew("w", ProgressOf(kept, 1), now), v1::DIRECTIVE_UNSPECIFIED);
}

TEST_F(SchedulerTest, AFencedSessionIsRefusedEverywhere) {
  const std::string older = Connect("w");
  const std::string newer = Connect("w");
  EXPECT_EQ(scheduler.WorkerOf(older).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(scheduler.Connect(older, {}).ok());
  scheduler.Disconnect(older);
  EXPECT_EQ(scheduler.ListWorkers().size(), 1u)
      << "an old stream's end does not end the new session";
}

TEST_F(SchedulerTest, AStuckTrainerIsHungAndAVanishedWorkerLost) {
  Run(1, Connect("stuck"));
  const std::string vanished = Connect("vanished");
  Run(2, vanished);
  scheduler.Disconnect(vanished);
  const auto lost = scheduler.Sweep(now + seconds(60));
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_EQ(lost[0].reason, v1::FAILURE_REASON_HUNG);
  EXPECT_EQ(lost[1].reason, v1::FAILURE_REASON_LOST_WORKER);
}

TEST_F(SchedulerTest, AfterARestartALeaseGetsAFullTerm) {
  scheduler.Adopt({.attempt_id = 5, .job_id = 1, .worker_id = "w"}, now + seconds(100));
  EXPECT_TRUE(scheduler.Sweep(now + seconds(159)).empty());
  EXPECT_EQ(scheduler.Sweep(now + seconds(160)).at(0).attempt_id, 5);
}

TEST_F(SchedulerTest, DirectivesTellAboutCancelsAndLostLeases) {
  const int64_t attempt_id = Run(1, Connect("w"));
  EXPECT_EQ(scheduler.Renew("w", ProgressOf(attempt_id, 1), now), v1::DIRECTIVE_UNSPECIFIED);
  scheduler.RequestCancel(1);
  EXPECT_EQ(scheduler.Renew("w", ProgressOf(attempt_id, 2), now), v1::DIRECTIVE_CANCEL);
  EXPECT_EQ(scheduler.Renew("other", ProgressOf(attempt_id, 3), now), v1::DIRECTIVE_ABANDON);
  EXPECT_EQ(scheduler.LeaseOfJob(1)->progress.step(), 2u);
  scheduler.Release(attempt_id);
  EXPECT_EQ(scheduler.Renew("w", ProgressOf(attempt_id, 3), now), v1::DIRECTIVE_ABANDON);
}

TEST_F(SchedulerTest, WorkersAreListedWithTheirJobs) {
  Run(7, Connect("w"));
  const auto workers = scheduler.ListWorkers();
  ASSERT_EQ(workers.size(), 1u);
  EXPECT_EQ(workers[0].id(), "w");
  EXPECT_THAT(workers[0].job_ids(), testing::ElementsAre(7));
}

TEST_F(SchedulerTest, NoJobIsPlacedTwiceWhenManyThreadsPlace) {
  Connect("w", 1000);
  for (int64_t job_id = 1; job_id <= 500; ++job_id) scheduler.Enqueue(job_id, {});
  std::atomic<size_t> placed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { placed += scheduler.Place(now).size(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(placed, 500u);
}

}  // namespace
}  // namespace geometer::server
