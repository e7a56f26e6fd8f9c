#include "worker/agent/outbox.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/worker/agent/temp_folder.h"

namespace geometer::worker {
namespace {

namespace fs = std::filesystem;

using Sequences = std::vector<uint64_t>;

v1::Record LogRecord(const std::string& line = "x") {
  v1::Record record;
  record.mutable_log()->add_lines(line);
  return record;
}

v1::Record FinishRecord() {
  v1::Record record;
  record.mutable_finish()->set_outcome(v1::OUTCOME_SUCCEEDED);
  return record;
}

v1::AttemptReceipt Receipt(int64_t attempt_id, uint64_t durable_sequence,
                           v1::Directive directive = {}) {
  v1::AttemptReceipt receipt;
  receipt.set_attempt_id(attempt_id);
  receipt.set_durable_sequence(durable_sequence);
  receipt.set_directive(directive);
  return receipt;
}

class OutboxTest : public testing::Test {
 protected:
  // An attempt with records 1 to `records`.
  Outbox::NewAttempt Add(int64_t attempt_id, int records) {
    Outbox::NewAttempt attempt = *outbox_.Add(/*job_id=*/1, attempt_id);
    for (int i = 0; i < records; ++i) EXPECT_TRUE(attempt.spool->Append(LogRecord()).ok());
    return attempt;
  }
  // The same, by an earlier process.
  AttemptFolder LeaveBehind(int64_t attempt_id, int records, bool finished = false) {
    AttemptFolder folder = *folder_.Create(/*job_id=*/1, attempt_id);
    const auto spool = *Spool::Open(folder.spool(), attempt_id);
    for (int i = 0; i < records; ++i) EXPECT_TRUE(spool->Append(LogRecord()).ok());
    EXPECT_TRUE(!finished || spool->Append(FinishRecord()).ok());
    return folder;
  }
  Sequences NextSequences(Outbox& outbox) {
    Sequences sequences;
    const std::optional<v1::ReportRequest> request = outbox.Next();
    if (!request) return sequences;
    for (const v1::Record& record : request->records()) sequences.push_back(record.sequence());
    return sequences;
  }
  Sequences NextSequences() { return NextSequences(outbox_); }

  TempFolder temp_;
  DataFolder folder_ = *DataFolder::Open(temp_ / "worker");
  Outbox outbox_{folder_};
};

TEST_F(OutboxTest, SendsEveryRecordOnce) {
  const auto attempt = Add(7, 2);
  EXPECT_EQ(NextSequences(), (Sequences{1, 2}));
  EXPECT_FALSE(outbox_.Next().has_value());
  ASSERT_TRUE(attempt.spool->Append(LogRecord()).ok());
  EXPECT_EQ(NextSequences(), Sequences{3});
}

TEST_F(OutboxTest, AsksAfterAReconnectAndGoesOnFromTheAnswer) {
  Add(7, 5);
  NextSequences();
  outbox_.Reconnect();
  const auto question = outbox_.Next();
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->attach(0), 7);
  EXPECT_TRUE(question->records().empty());
  EXPECT_FALSE(outbox_.Next().has_value()) << "asked already";
  outbox_.Acknowledge(Receipt(7, 3));
  EXPECT_EQ(NextSequences(), (Sequences{4, 5}));
}

TEST_F(OutboxTest, AnAttemptIsAnsweredOnceTheServerHasTold) {
  Add(7, 1);
  EXPECT_TRUE(outbox_.answered(7)) << "new: nothing to ask";
  outbox_.Reconnect();
  EXPECT_FALSE(outbox_.answered(7));
  outbox_.Acknowledge(Receipt(7, 0));
  EXPECT_TRUE(outbox_.answered(7));
  EXPECT_FALSE(outbox_.answered(8));
}

TEST_F(OutboxTest, AnAttemptLeavesWhenItsFinishIsDurable) {
  const auto attempt = Add(7, 1);
  ASSERT_TRUE(attempt.spool->Append(FinishRecord()).ok());
  outbox_.Acknowledge(Receipt(7, 1));
  EXPECT_EQ(outbox_.attempt_ids(), std::vector<int64_t>{7});
  outbox_.Acknowledge(Receipt(7, 2));
  EXPECT_TRUE(outbox_.empty());
  EXPECT_FALSE(fs::exists(attempt.folder.path));
}

TEST_F(OutboxTest, AnAbandonedAttemptLosesItsSpoolOnly) {
  const auto attempt = Add(7, 1);
  std::ofstream(attempt.folder.path / "checkpoint") << "state";
  outbox_.Acknowledge(Receipt(7, 0, v1::DIRECTIVE_ABANDON));
  EXPECT_TRUE(outbox_.empty());
  EXPECT_FALSE(fs::exists(attempt.folder.spool()));
  EXPECT_TRUE(fs::exists(attempt.folder.path / "checkpoint"));
}

TEST_F(OutboxTest, AnAttemptIsNotTakenTwice) {
  Add(7, 0);
  EXPECT_TRUE(absl::IsAlreadyExists(outbox_.Add(1, 7).status()));
}

TEST_F(OutboxTest, ReceiptsForStrangersChangeNothing) {
  Add(7, 1);
  outbox_.Acknowledge(Receipt(8, 1, v1::DIRECTIVE_ABANDON));
  EXPECT_EQ(NextSequences(), Sequences{1});
}

TEST_F(OutboxTest, ALongBacklogDoesNotHoldUpAnotherAttempt) {
  Add(7, 2000);
  Add(8, 1);
  const v1::ReportRequest request = *outbox_.Next();
  EXPECT_EQ(request.records().rbegin()->attempt_id(), 8);
  EXPECT_LE(request.records_size(), 1000);
}

TEST_F(OutboxTest, ARequestStaysWithinWhatTheServerTakes) {
  for (int64_t id = 1; id <= 10; ++id) {
    const auto attempt = Add(id, 0);
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(attempt.spool->Append(LogRecord()).ok());
    ASSERT_TRUE(attempt.spool->Append(LogRecord(std::string(3 << 20, 'x'))).ok());
  }
  int records = 0;
  while (const auto request = outbox_.Next()) {
    EXPECT_LE(request->records_size(), 1000);
    EXPECT_LT(request->ByteSizeLong(), 16 << 20);
    records += request->records_size();
  }
  EXPECT_EQ(records, 10 * 301);
}

TEST_F(OutboxTest, ARecoveredAttemptIsFinishedAfterItsLastRecord) {
  LeaveBehind(7, 5);
  outbox_.Recover();
  EXPECT_FALSE(outbox_.recovered());
  EXPECT_EQ(outbox_.Next()->attach(0), 7);
  outbox_.Acknowledge(Receipt(7, 3));
  const v1::ReportRequest request = *outbox_.Next();
  ASSERT_EQ(request.records_size(), 3);
  EXPECT_EQ(request.records(0).sequence(), 4);
  EXPECT_EQ(request.records(2).finish().reason(), v1::FAILURE_REASON_CRASHED);
  outbox_.Acknowledge(Receipt(7, 6));
  EXPECT_TRUE(outbox_.recovered());
}

TEST_F(OutboxTest, ARecoveredAttemptThatLostItsEndIsFinishedBeyondWhatIsDurable) {
  LeaveBehind(7, 2);
  outbox_.Recover();
  outbox_.Next();
  outbox_.Acknowledge(Receipt(7, 9));
  EXPECT_EQ(NextSequences(), Sequences{10});
}

TEST_F(OutboxTest, ARecoveredAttemptThatHadEndedKeepsItsOutcome) {
  LeaveBehind(7, 1, /*finished=*/true);
  outbox_.Recover();
  outbox_.Next();
  outbox_.Acknowledge(Receipt(7, 0));
  const v1::ReportRequest request = *outbox_.Next();
  ASSERT_EQ(request.records_size(), 2);
  EXPECT_EQ(request.records(1).finish().outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(OutboxTest, ARecoveredAttemptThatTheServerGaveUpIsDropped) {
  const AttemptFolder folder = LeaveBehind(7, 1);
  outbox_.Recover();
  outbox_.Next();
  outbox_.Acknowledge(Receipt(7, 0, v1::DIRECTIVE_ABANDON));
  EXPECT_TRUE(outbox_.recovered());
  EXPECT_FALSE(fs::exists(folder.spool()));
}

TEST_F(OutboxTest, AnEmptySpoolIsRecoveredToo) {
  LeaveBehind(7, 0);
  outbox_.Recover();
  outbox_.Next();
  outbox_.Acknowledge(Receipt(7, 0));
  EXPECT_EQ(NextSequences(), Sequences{1});
}

}  // namespace
}  // namespace geometer::worker
