#include "server/storage/store.h"

#include <gtest/gtest.h>

#include <fstream>

#include "server/storage/job_store.h"
#include "tests/server/storage/temporary_folder.h"

namespace geometer::server {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<v1::Job> SubmitTo(Store& store) {
  return store.WriteAndWait<v1::Job>([](Database& database) {
    Submission submission;
    submission.explicit_spec.set_name("job");
    return JobStore(database).Submit(submission, absl::UnixEpoch());
  });
}

absl::StatusOr<v1::Job> ReadFrom(Store& store, int64_t job_id) {
  return store.ReadAndWait<v1::Job>(
      [job_id](Database& database) { return JobStore(database).Get(job_id); });
}

TEST(StoreTest, AReadSeesEveryWriteThatWasAnswered) {
  TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), {});
  for (int i = 0; i < 20; ++i) {
    const auto job = SubmitTo(*store);
    ASSERT_TRUE(job.ok());
    EXPECT_TRUE(ReadFrom(*store, job->id()).ok());
  }
}

TEST(StoreTest, EverythingIsThereAfterReopening) {
  TemporaryFolder folder;
  const int64_t job_id = SubmitTo(**Store::Open(folder.path(), {}))->id();
  const auto store = *Store::Open(folder.path(), {});
  EXPECT_EQ(ReadFrom(*store, job_id)->name(), "job");
}

TEST(StoreTest, ASecondServerIsRefused) {
  TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), {});
  EXPECT_EQ(Store::Open(folder.path(), {}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(StoreTest, AFolderThatCannotBeMadeIsUnavailable) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_EQ(Store::Open(folder.path() / "file", {}).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(StoreTest, FoldersOfUnknownAttemptsGoAtTheStart) {
  TemporaryFolder folder;
  fs::create_directories(folder.path() / "artifacts" / "17");
  fs::create_directories(folder.path() / "artifacts" / "keep");
  const auto store = *Store::Open(folder.path(), {});
  EXPECT_FALSE(fs::exists(store->artifacts() / "17"));
  EXPECT_TRUE(fs::exists(store->artifacts() / "keep"));
}

TEST(StoreTest, AReadCannotChangeAnything) {
  TemporaryFolder folder;
  const auto store = *Store::Open(folder.path(), {});
  const auto answer =
      store->ReadAndWait<int64_t>([](Database& database) -> absl::StatusOr<int64_t> {
        return database.Run("DELETE FROM job");
      });
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace geometer::server
