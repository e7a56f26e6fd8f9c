#include "worker/agent/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "proto/channel/channel.h"
#include "proto/contract/yaml.h"
#include "tests/program.h"
#include "tests/worker/agent/changes.h"
#include "tests/worker/agent/scripted_server.h"
#include "tests/worker/agent/temp_folder.h"

namespace geometer::worker {
namespace {

using testing::HasSubstr;

// The job's name says what the fake trainer does.
v1::JobSpec SpecNamed(const std::string& name) {
  const auto spec = contract::ParseJob(R"(
data: {digits: {}}
learner:
  model: {mlp: {hidden: [4]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 8}
stop: {steps: 10}
name: )" + name,
                                       "test.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return *spec;
}

v1::Offer MakeOffer(int64_t attempt_id, const std::string& name, const std::string& resume = "") {
  v1::Offer offer;
  offer.set_attempt_id(attempt_id);
  offer.set_job_id(attempt_id);  // each of its own job: the end of one drops its job's folder
  *offer.mutable_spec() = SpecNamed(name);
  offer.mutable_spec()->mutable_resources()->set_device(v1::DEVICE_CPU);
  offer.set_resume_path(resume);
  return offer;
}

// SHA-256 of "abc", from FIPS 180-2.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

v1::Offer MakeChildOffer(int64_t attempt_id, const std::string& name) {
  v1::Offer offer = MakeOffer(attempt_id, name);
  v1::Model& model = *offer.mutable_spec()->mutable_learners(0)->mutable_model();
  model.mutable_weights()->mutable_parent()->set_job(12);
  model.mutable_weights()->mutable_parent()->set_sha256(kAbc);
  return offer;
}

// A worker on its way from start to end, at a scripted server.
class AgentTest : public testing::Test {
 protected:
  ~AgentTest() override {
    if (thread_.joinable()) {
      EXPECT_TRUE(Leave().ok());
    }
  }

  void Begin(std::chrono::milliseconds leave_after = std::chrono::seconds(8)) {
    AgentOptions options;
    options.description.set_worker_id(folder_.worker_id());
    options.description.set_slots(1);
    options.data_sets = temp_ / "data";
    options.slot.trainer = {BuiltProgram("fake_trainer"), {}, {"OMP_NUM_THREADS=1"}};
    options.on_ready = [this] {
      ready_ = true;
      server_.changes().Count();
    };
    options.stop_after = options.leave_after = leave_after;
    agent_ = std::make_unique<Agent>(std::move(options), folder_,
                                     *channel::MakeChannel(server_.address()), metrics_);
    thread_ = std::thread([this] { end_ = agent_->Run(); });
  }
  void BeginAndAwaitReady() {
    Begin();
    AwaitReady();
  }
  // Ready, and the server can offer attempts.
  void AwaitReady() {
    AwaitLeaseRequest(v1::LeaseRequest::kHeld);
    Await([&] { return ready_.load(); });
  }
  absl::Status AwaitEnd() {
    thread_.join();
    agent_.reset();
    return end_;
  }
  absl::Status Leave() {
    agent_->Drain();
    return AwaitEnd();
  }

  template <typename Condition>
  void Await(Condition condition) {
    server_.changes().Await(condition);
  }
  // Waits for the attempt's Finish on the server.
  v1::Finish FinishOf(int64_t attempt_id) {
    Await([&] {
      const auto records = server_.records(attempt_id);
      return !records.empty() && records.back().has_finish();
    });
    return server_.records(attempt_id).back().finish();
  }
  void AwaitRecords(int64_t attempt_id, size_t count) {
    Await([&] { return server_.records(attempt_id).size() >= count; });
  }
  // The first answer of the kind, once there is one.
  v1::LeaseRequest AwaitLeaseRequest(v1::LeaseRequest::MessageCase kind, size_t index = 0) {
    std::vector<v1::LeaseRequest> found;
    Await([&] {
      found = server_.lease_requests();
      std::erase_if(found, [&](const auto& request) { return request.message_case() != kind; });
      return found.size() > index;
    });
    return found[index];
  }
  // What an earlier process of this worker left of an attempt.
  void LeaveBehind(int64_t attempt_id, int records) {
    const auto spool = *Spool::Open(folder_.Create(1, attempt_id)->spool(), attempt_id);
    v1::Record record;
    record.mutable_log()->add_lines("old");
    for (int i = 0; i < records; ++i) ASSERT_TRUE(spool->Append(record).ok());
  }
  // What the folder of artifacts holds.
  std::vector<std::string> Artifacts() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(temp_ / "data/artifacts")) {
      names.push_back(file.path().filename());
    }
    return names;
  }
  bool HoldsSpools() const { return !folder_.Unfinished().empty(); }

  TempFolder temp_;
  DataFolder folder_ = *DataFolder::Open(temp_ / "worker");
  Metrics metrics_{"test", "0"};
  ScriptedServer server_;
  std::atomic<bool> ready_ = false;
  std::unique_ptr<Agent> agent_;
  absl::Status end_;
  std::thread thread_;
};

TEST_F(AgentTest, RunsAnOfferedAttemptToItsEnd) {
  BeginAndAwaitReady();
  server_.Offer(MakeOffer(5, "succeed"));
  EXPECT_EQ(AwaitLeaseRequest(v1::LeaseRequest::kAccept).accept().attempt_id(), 5);
  EXPECT_EQ(FinishOf(5).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_EQ(server_.records(5).size(), 4);
  EXPECT_TRUE(Leave().ok());
  EXPECT_FALSE(HoldsSpools());
}

TEST_F(AgentTest, AReconnectResendsNeitherTooMuchNorTooLittle) {
  BeginAndAwaitReady();
  server_.Offer(MakeOffer(5, "obey"));
  server_.Direct(5, v1::DIRECTIVE_CHECKPOINT);  // one record with each second's progress
  AwaitRecords(5, 1);
  server_.Break(absl::UnavailableError("broken by the test"));
  AwaitLeaseRequest(v1::LeaseRequest::kHeld, 1);
  server_.Direct(5, v1::DIRECTIVE_CANCEL);
  EXPECT_EQ(FinishOf(5).outcome(), v1::OUTCOME_CANCELLED);
  EXPECT_EQ(server_.repeats(), 0);
  EXPECT_EQ(server_.gaps(), 0);
}

TEST_F(AgentTest, RecordsThatNobodyAcknowledgedAreAskedAboutBeforeTheyAreSentAgain) {
  BeginAndAwaitReady();
  server_.WithholdReceipts(true);
  server_.Offer(MakeOffer(5, "succeed"));
  FinishOf(5);
  EXPECT_TRUE(HoldsSpools());
  server_.WithholdReceipts(false);
  server_.Break(absl::UnavailableError("broken by the test"));
  EXPECT_TRUE(Leave().ok());
  EXPECT_FALSE(HoldsSpools());
  EXPECT_EQ(server_.repeats(), 0);
}

TEST_F(AgentTest, HeldAttemptsAreListedOnEveryConnection) {
  BeginAndAwaitReady();
  EXPECT_EQ(AwaitLeaseRequest(v1::LeaseRequest::kHeld).held().attempt_ids_size(), 0);
  server_.Offer(MakeOffer(5, "obey"));
  AwaitLeaseRequest(v1::LeaseRequest::kAccept);
  server_.Break(absl::UnavailableError("broken by the test"));
  EXPECT_EQ(AwaitLeaseRequest(v1::LeaseRequest::kHeld, 1).held().attempt_ids(0), 5);
}

TEST_F(AgentTest, ARestartedServerGetsANewRegistrationAndTheSameAttempts) {
  BeginAndAwaitReady();
  server_.Offer(MakeOffer(5, "obey"));
  AwaitLeaseRequest(v1::LeaseRequest::kAccept);
  server_.ForgetSessions();
  const v1::LeaseRequest again = AwaitLeaseRequest(v1::LeaseRequest::kHeld, 1);
  EXPECT_EQ(again.session(), "session-2");
  EXPECT_EQ(again.held().attempt_ids(0), 5);
  EXPECT_EQ(server_.registrations(), 2);
}

TEST_F(AgentTest, AFencedSessionEndsTheWorker) {
  BeginAndAwaitReady();
  server_.Break(absl::FailedPreconditionError("a newer session replaced this one"));
  const absl::Status end = AwaitEnd();
  EXPECT_TRUE(absl::IsFailedPrecondition(end)) << end;
  EXPECT_EQ(server_.registrations(), 1);
}

TEST_F(AgentTest, CancelsWhenTheServerSaysSo) {
  BeginAndAwaitReady();
  server_.Direct(5, v1::DIRECTIVE_CANCEL);
  server_.Offer(MakeOffer(5, "obey"));
  EXPECT_EQ(FinishOf(5).outcome(), v1::OUTCOME_CANCELLED);
}

TEST_F(AgentTest, AnAbandonedAttemptIsDroppedAndItsSlotIsFree) {
  BeginAndAwaitReady();
  server_.Direct(5, v1::DIRECTIVE_ABANDON);
  server_.Offer(MakeOffer(5, "obey"));
  Await([&] { return !HoldsSpools() && !server_.lease_requests().back().has_held(); });
  server_.Offer(MakeOffer(6, "succeed"));
  EXPECT_EQ(FinishOf(6).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_TRUE(server_.records(5).empty());
}

TEST_F(AgentTest, ACheckpointOutsideTheDataFolderIsDeclined) {
  BeginAndAwaitReady();
  server_.Offer(MakeOffer(5, "succeed", "/etc/passwd"));
  EXPECT_TRUE(AwaitLeaseRequest(v1::LeaseRequest::kDecline).decline().checkpoint_missing());
}

TEST_F(AgentTest, AnOfferWithoutAFreeSlotIsDeclined) {
  BeginAndAwaitReady();
  server_.Offer(MakeOffer(5, "obey"));
  server_.Offer(MakeOffer(6, "succeed"));
  const v1::DeclineOffer decline = AwaitLeaseRequest(v1::LeaseRequest::kDecline).decline();
  EXPECT_EQ(decline.attempt_id(), 6);
  EXPECT_FALSE(decline.checkpoint_missing());
}

TEST_F(AgentTest, ASpecWithUnknownFieldsIsRefused) {
  BeginAndAwaitReady();
  v1::Offer offer = MakeOffer(5, "succeed");
  v1::Learner& learner = *offer.mutable_spec()->mutable_learners(0);
  learner.GetReflection()->MutableUnknownFields(&learner)->AddVarint(999, 1);
  server_.Offer(offer);
  const v1::Finish finish = FinishOf(5);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_THAT(finish.message(), HasSubstr("999"));
}

TEST_F(AgentTest, AnOldSpoolIsReplayedAndFinishedBeforeAnythingIsHeld) {
  LeaveBehind(5, /*records=*/3);
  server_.SetDurable(5, 1);
  BeginAndAwaitReady();
  EXPECT_EQ(AwaitLeaseRequest(v1::LeaseRequest::kHeld).held().attempt_ids_size(), 0);
  const std::vector<v1::Record> records = server_.records(5);
  ASSERT_EQ(records.size(), 3);
  EXPECT_EQ(records[0].sequence(), 2);
  EXPECT_EQ(records[2].finish().reason(), v1::FAILURE_REASON_CRASHED);
  EXPECT_EQ(server_.repeats() + server_.gaps(), 0);
}

TEST_F(AgentTest, LeavingSavesTheAttemptAndReportsIt) {
  BeginAndAwaitReady();
  server_.Offer(MakeOffer(5, "obey"));
  AwaitLeaseRequest(v1::LeaseRequest::kAccept);
  EXPECT_TRUE(Leave().ok());
  const std::vector<v1::Record> records = server_.records(5);
  EXPECT_EQ(records.back().finish().reason(), v1::FAILURE_REASON_PREEMPTED);
  EXPECT_TRUE(records[records.size() - 2].has_checkpoint());
}

TEST_F(AgentTest, LeavingWhileNobodyAcknowledgesKeepsTheRecords) {
  Begin(/*leave_after=*/std::chrono::milliseconds(100));
  AwaitReady();
  server_.WithholdReceipts(true);
  server_.Offer(MakeOffer(5, "succeed"));
  FinishOf(5);
  EXPECT_TRUE(Leave().ok());
  EXPECT_TRUE(HoldsSpools());
}

TEST_F(AgentTest, FetchesTheWeightsOfAParentOnce) {
  server_.SetWeights("abc");
  BeginAndAwaitReady();
  for (const int64_t attempt_id : {5, 6}) {
    server_.Offer(MakeChildOffer(attempt_id, "succeed"));
    EXPECT_EQ(FinishOf(attempt_id).outcome(), v1::OUTCOME_SUCCEEDED);
  }
  EXPECT_EQ(server_.weight_requests(), 1);
  EXPECT_THAT(Artifacts(), testing::ElementsAre(kAbc));
  std::string bytes;
  std::ifstream(temp_ / "data/artifacts" / kAbc) >> bytes;
  EXPECT_EQ(bytes, "abc");
}

TEST_F(AgentTest, FetchesTheWeightsOfOneParentAfterTheOther) {
  server_.SetWeights("abc");
  BeginAndAwaitReady();
  v1::Offer offer = MakeChildOffer(5, "succeed");
  v1::JobSpec& spec = *offer.mutable_spec();
  spec.mutable_data(0)->mutable_normalization()->mutable_none();
  *spec.mutable_data(0)->mutable_embedding()->mutable_parent() =
      spec.learners(0).model().weights().parent();
  v1::Parent& second =
      *spec.mutable_learners(0)->mutable_model()->mutable_weights()->mutable_parent();
  second.set_job(13);
  second.set_sha256(std::string(64, 'a'));  // not what the server has
  server_.Offer(offer);
  EXPECT_THAT(FinishOf(5).message(), HasSubstr("the weights of job 13"));
  EXPECT_EQ(server_.weight_requests(), 2);
  EXPECT_THAT(Artifacts(), testing::ElementsAre(kAbc));
}

TEST_F(AgentTest, OtherBytesThanTheParentsAreRefused) {
  server_.SetWeights("abd");
  BeginAndAwaitReady();
  server_.Offer(MakeChildOffer(5, "succeed"));
  const v1::Finish finish = FinishOf(5);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_BAD_DATA);
  EXPECT_THAT(finish.message(), HasSubstr("the weights of job 12: expected SHA-256 ba7816bf"));
  EXPECT_THAT(Artifacts(), testing::IsEmpty());
}

TEST_F(AgentTest, AParentThatTheServerLacksIsMissingData) {
  BeginAndAwaitReady();
  server_.Offer(MakeChildOffer(5, "succeed"));
  EXPECT_EQ(FinishOf(5).reason(), v1::FAILURE_REASON_MISSING_DATA);
}

TEST_F(AgentTest, ASlotIsKeptWhileTheParentIsFetched) {
  server_.SetWeights("abc");
  server_.WithholdWeights(true);
  BeginAndAwaitReady();
  server_.Offer(MakeChildOffer(5, "succeed"));
  server_.Offer(MakeOffer(6, "succeed"));
  EXPECT_EQ(AwaitLeaseRequest(v1::LeaseRequest::kDecline).decline().attempt_id(), 6);
  server_.Direct(5, v1::DIRECTIVE_CANCEL);
  EXPECT_EQ(FinishOf(5).outcome(), v1::OUTCOME_CANCELLED);
  EXPECT_THAT(Artifacts(), testing::IsEmpty());
  server_.Offer(MakeOffer(7, "succeed"));
  EXPECT_EQ(FinishOf(7).outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(AgentTest, ABusyServerIsAskedForTheWeightsAgain) {
  server_.SetWeights("abc");
  server_.RefuseNextWeights(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "try again later"));
  BeginAndAwaitReady();
  server_.Offer(MakeChildOffer(5, "succeed"));
  EXPECT_EQ(FinishOf(5).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_EQ(server_.weight_requests(), 2);
}

// What renews a lease is that the attempt's time goes on.
TEST_F(AgentTest, ALongFetchKeepsItsLease) {
  server_.SetWeights("abc");
  server_.WithholdWeights(true);
  BeginAndAwaitReady();
  server_.Offer(MakeChildOffer(5, "succeed"));
  Await([&] { return server_.elapsed(5) > 0; });
  const double before = server_.elapsed(5);
  Await([&] { return server_.elapsed(5) > before; });
}

TEST_F(AgentTest, LeavingEndsAFetch) {
  server_.SetWeights("abc");
  server_.WithholdWeights(true);
  BeginAndAwaitReady();
  server_.Offer(MakeChildOffer(5, "succeed"));
  Await([&] { return server_.weight_requests() == 1; });
  EXPECT_TRUE(Leave().ok());
  EXPECT_EQ(FinishOf(5).reason(), v1::FAILURE_REASON_PREEMPTED);
}

}  // namespace
}  // namespace geometer::worker
