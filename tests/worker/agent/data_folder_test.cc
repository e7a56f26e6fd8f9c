#include "worker/agent/data_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/worker/agent/temp_folder.h"

namespace geometer::worker {
namespace {

namespace fs = std::filesystem;

void Touch(const fs::path& file) { std::ofstream(file) << "x"; }

v1::Finish FinishWith(v1::Outcome outcome, v1::FailureReason reason = {}) {
  v1::Finish finish;
  finish.set_outcome(outcome);
  finish.set_reason(reason);
  return finish;
}

class DataFolderTest : public testing::Test {
 protected:
  AttemptFolder AttemptWithFiles(int64_t job_id, int64_t attempt_id) {
    AttemptFolder attempt = *folder_->Create(job_id, attempt_id);
    Touch(attempt.spool());
    Touch(attempt.path / "checkpoint");
    return attempt;
  }

  TempFolder temp_;
  absl::StatusOr<DataFolder> folder_ = DataFolder::Open(temp_ / "worker");
};

TEST_F(DataFolderTest, TheWorkersNameStaysTheSame) {
  const std::string id = folder_->worker_id();
  EXPECT_FALSE(id.empty());
  folder_ = absl::UnknownError("closed");
  folder_ = DataFolder::Open(temp_ / "worker");
  EXPECT_EQ(folder_->worker_id(), id);
}

TEST_F(DataFolderTest, TwoWorkersNeverShareIt) {
  const absl::Status second = DataFolder::Open(temp_ / "worker").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(second)) << second;
}

TEST_F(DataFolderTest, ListsAttemptsThatHaveASpoolByTheirIds) {
  AttemptWithFiles(2, 10);
  AttemptWithFiles(1, 12);
  folder_->Drop(AttemptWithFiles(1, 11));
  const std::vector<AttemptFolder> unfinished = folder_->Unfinished();
  ASSERT_EQ(unfinished.size(), 2);
  EXPECT_EQ(unfinished[0].attempt_id, 10);
  EXPECT_EQ(unfinished[1].job_id, 1);
}

TEST_F(DataFolderTest, ANewAttemptOfAnOldNameBeginsEmpty) {
  const AttemptFolder attempt = AttemptWithFiles(1, 5);
  ASSERT_TRUE(folder_->Create(1, 5).ok());
  EXPECT_TRUE(fs::is_empty(attempt.path));
}

TEST_F(DataFolderTest, OnlyFilesOfAttemptsAreCheckpoints) {
  const AttemptFolder attempt = AttemptWithFiles(1, 5);
  EXPECT_TRUE(folder_->HoldsCheckpoint(attempt.path / "checkpoint"));
  EXPECT_FALSE(folder_->HoldsCheckpoint(attempt.path));
  EXPECT_FALSE(folder_->HoldsCheckpoint(attempt.path / "absent"));
  EXPECT_FALSE(folder_->HoldsCheckpoint(attempt.path / "../../../id"));
  EXPECT_FALSE(folder_->HoldsCheckpoint("/etc/passwd"));
  EXPECT_FALSE(folder_->HoldsCheckpoint(""));
}

TEST_F(DataFolderTest, ALinkThatLeadsOutIsNoCheckpoint) {
  const AttemptFolder attempt = AttemptWithFiles(1, 5);
  fs::create_symlink("/etc/passwd", attempt.path / "link");
  EXPECT_FALSE(folder_->HoldsCheckpoint(attempt.path / "link"));
}

TEST_F(DataFolderTest, AFolderWhoseNameBeginsAlikeIsAnother) {
  fs::create_directories(temp_ / "worker/jobs-of-others");
  Touch(temp_ / "worker/jobs-of-others/checkpoint");
  EXPECT_FALSE(folder_->HoldsCheckpoint(temp_ / "worker/jobs-of-others/checkpoint"));
}

TEST_F(DataFolderTest, AJobsFoldersGoWithTheJob) {
  AttemptWithFiles(1, 5);
  const AttemptFolder last = AttemptWithFiles(1, 6);
  folder_->Settle(last, FinishWith(v1::OUTCOME_SUCCEEDED), /*resumable=*/true);
  EXPECT_FALSE(fs::exists(last.path.parent_path()));
}

TEST_F(DataFolderTest, ACheckpointOfItsOwnReplacesThoseOfEarlierAttempts) {
  const AttemptFolder first = AttemptWithFiles(1, 5);
  const AttemptFolder second = AttemptWithFiles(1, 6);
  folder_->Settle(second, FinishWith(v1::OUTCOME_FAILED, v1::FAILURE_REASON_CRASHED), true);
  EXPECT_FALSE(fs::exists(first.path));
  EXPECT_TRUE(fs::exists(second.path / "checkpoint"));
  EXPECT_FALSE(fs::exists(second.spool()));
}

TEST_F(DataFolderTest, AnAttemptWithoutACheckpointLeavesTheEarlierOnes) {
  const AttemptFolder first = AttemptWithFiles(1, 5);
  const AttemptFolder second = AttemptWithFiles(1, 6);
  folder_->Settle(second, FinishWith(v1::OUTCOME_FAILED, v1::FAILURE_REASON_PREEMPTED), false);
  EXPECT_TRUE(fs::exists(first.path / "checkpoint"));
}

}  // namespace
}  // namespace geometer::worker
