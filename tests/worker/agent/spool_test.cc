#include "worker/agent/spool.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/worker/agent/temp_folder.h"

namespace geometer::worker {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kAttempt = 12;
constexpr Spool::Limits kAll = {.bytes = 1 << 30, .records = 1 << 20};

v1::Record LogRecord(const std::string& line) {
  v1::Record record;
  record.mutable_log()->add_lines(line);
  return record;
}

v1::Record FinishRecord() {
  v1::Record record;
  record.mutable_finish()->set_outcome(v1::OUTCOME_SUCCEEDED);
  return record;
}

class SpoolTest : public testing::Test {
 protected:
  std::shared_ptr<Spool> Open(int64_t attempt = kAttempt) { return *Spool::Open(file_, attempt); }

  std::vector<uint64_t> SequencesAfter(Spool& spool, uint64_t sequence,
                                       Spool::Limits limits = kAll) {
    const auto records = spool.ReadAfter(sequence, limits);
    EXPECT_TRUE(records.ok()) << records.status();
    std::vector<uint64_t> sequences;
    for (const v1::Record& record : *records) sequences.push_back(record.sequence());
    return sequences;
  }

  void WriteThree() {
    const auto spool = Open();
    for (const char* line : {"one", "two", "three"})
      ASSERT_TRUE(spool->Append(LogRecord(line)).ok());
  }

  std::string Content() {
    std::ostringstream content;
    content << std::ifstream(file_).rdbuf();
    return content.str();
  }

  TempFolder folder_;
  const fs::path file_ = folder_ / "spool";
};

using Sequences = std::vector<uint64_t>;

TEST_F(SpoolTest, NumbersRecordsFromOne) {
  WriteThree();
  const auto records = *Open()->ReadAfter(0, kAll);
  ASSERT_EQ(records.size(), 3);
  for (uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(records[i].sequence(), i + 1);
    EXPECT_EQ(records[i].attempt_id(), kAttempt);
  }
  EXPECT_EQ(records[2].log().lines(0), "three");
}

TEST_F(SpoolTest, GoesOnNumberingAfterItIsOpenedAgain) {
  WriteThree();
  ASSERT_TRUE(Open()->Append(LogRecord("four")).ok());
  EXPECT_EQ(Open()->last_sequence(), 4);
}

TEST_F(SpoolTest, ReadsAgainWhatWasReadBefore) {
  WriteThree();
  const auto spool = Open();
  EXPECT_EQ(SequencesAfter(*spool, 0), (Sequences{1, 2, 3}));
  EXPECT_EQ(SequencesAfter(*spool, 3), Sequences{});
  EXPECT_EQ(SequencesAfter(*spool, 1), (Sequences{2, 3}));
}

TEST_F(SpoolTest, ReadsWhatWasAppendedSinceTheLastRead) {
  WriteThree();
  const auto spool = Open();
  EXPECT_EQ(SequencesAfter(*spool, 0), (Sequences{1, 2, 3}));
  ASSERT_TRUE(spool->Append(LogRecord("four")).ok());
  EXPECT_EQ(SequencesAfter(*spool, 3), Sequences{4});
}

TEST_F(SpoolTest, ReadsNoMoreThanTheLimitsButAtLeastOneRecord) {
  WriteThree();
  const auto spool = Open();
  EXPECT_EQ(SequencesAfter(*spool, 0, {.bytes = 1, .records = 9}), Sequences{1});
  EXPECT_EQ(SequencesAfter(*spool, 0, {.bytes = 1 << 20, .records = 2}), (Sequences{1, 2}));
}

TEST_F(SpoolTest, EveryTornTailIsCutToTheLastWholeRecord) {
  WriteThree();
  const size_t whole = fs::file_size(file_);
  ASSERT_TRUE(Open()->Append(LogRecord("four")).ok());
  const std::string bytes = Content();
  for (size_t size = whole + 1; size < bytes.size(); ++size) {
    std::ofstream(file_) << bytes.substr(0, size);
    EXPECT_EQ(Open()->last_sequence(), 3) << size;
    EXPECT_EQ(Content(), bytes.substr(0, whole));
  }
}

TEST_F(SpoolTest, GarbageAfterTheRecordsIsCut) {
  WriteThree();
  std::ofstream(file_, std::ios::app) << std::string(100, '\xff');
  const auto spool = Open();
  ASSERT_TRUE(spool->Append(LogRecord("four")).ok());
  EXPECT_EQ(SequencesAfter(*spool, 0), (Sequences{1, 2, 3, 4}));
}

TEST_F(SpoolTest, RecordsOfAnotherAttemptAreCut) {
  WriteThree();
  EXPECT_EQ(Open(/*attempt=*/13)->last_sequence(), 0);
}

TEST_F(SpoolTest, NothingFollowsAFinish) {
  const auto spool = Open();
  ASSERT_TRUE(spool->Append(FinishRecord()).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(spool->Append(LogRecord("late"))));
  EXPECT_EQ(Open()->finish()->outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(SpoolTest, SkippingGoesOnBeyondWhatTheServerHas) {
  WriteThree();
  const auto spool = Open();
  spool->SkipTo(9);
  ASSERT_TRUE(spool->Append(FinishRecord()).ok());
  EXPECT_EQ(SequencesAfter(*Open(), 3), Sequences{10});
}

TEST_F(SpoolTest, SkippingBackChangesNothing) {
  WriteThree();
  const auto spool = Open();
  spool->SkipTo(1);
  EXPECT_EQ(spool->last_sequence(), 3);
}

TEST_F(SpoolTest, ARecordTooLongForARequestIsRefusedAndLeavesNoTrace) {
  const auto spool = Open();
  EXPECT_TRUE(absl::IsResourceExhausted(spool->Append(LogRecord(std::string(9 << 20, 'x')))));
  EXPECT_EQ(spool->bytes(), 0);
  EXPECT_TRUE(spool->Append(LogRecord("one")).ok());
}

TEST_F(SpoolTest, KnowsWhetherItHoldsACheckpoint) {
  WriteThree();
  EXPECT_FALSE(Open()->resumable());
  v1::Record record;
  record.mutable_checkpoint()->set_step(5);
  ASSERT_TRUE(Open()->Append(record).ok());
  EXPECT_TRUE(Open()->resumable());
}

TEST_F(SpoolTest, AReaderSeesOnlyWholeRecordsWhileAnotherThreadAppends) {
  constexpr uint64_t kRecords = 500;
  const auto spool = Open();
  std::thread writer([&] {
    for (uint64_t i = 0; i < kRecords; ++i) EXPECT_TRUE(spool->Append(LogRecord("line")).ok());
  });
  uint64_t read = 0;
  while (read < kRecords) {
    for (const uint64_t sequence : SequencesAfter(*spool, read)) EXPECT_EQ(sequence, ++read);
  }
  writer.join();
}

}  // namespace
}  // namespace geometer::worker
