#include "server/storage/writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "tests/server/storage/temporary_folder.h"

namespace geometer::server {
namespace {

Work Insert(int64_t value) {
  return [value](Database& database) {
    database.Run("INSERT INTO t VALUES (?1)", value);
    return absl::OkStatus();
  };
}

class WriterTest : public testing::Test {
 protected:
  WriterTest() { reader.RunScript("CREATE TABLE t (x INTEGER)"); }

  void Start(Writer::Options options = {}) {
    writer = std::make_unique<Writer>(*Database::Open(file, Database::Role::kWriter), options);
  }
  // Submits and waits.
  absl::Status Write(Work work) {
    std::promise<absl::Status> done;
    writer->Submit(std::move(work), [&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }
  int64_t Rows() {
    Statement count = reader.Query("SELECT count(*) FROM t");
    count.Next();
    return count.Column<int64_t>(0);
  }

  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "test.db";
  Database reader = *Database::Open(file, Database::Role::kWriter);
  std::unique_ptr<Writer> writer;
};

TEST_F(WriterTest, AnswersOnceTheChangeIsCommitted) {
  Start();
  EXPECT_TRUE(Write(Insert(1)).ok());
  EXPECT_EQ(Rows(), 1);
}

TEST_F(WriterTest, ManySubmittersLoseNothing) {
  Start();
  std::atomic<int> committed = 0;
  std::vector<std::thread> submitters;
  for (int t = 0; t < 8; ++t) {
    submitters.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        writer->Submit(Insert(i), [&](const absl::Status& status) { committed += status.ok(); });
      }
    });
  }
  for (std::thread& submitter : submitters) submitter.join();
  writer.reset();
  EXPECT_EQ(committed, 800);
  EXPECT_EQ(Rows(), 800);
}

TEST_F(WriterTest, WhatQueuedDuringACommitSharesTheNextOne) {
  Start();
  std::promise<void> begun, release;
  std::vector<int64_t> seen;  // rows that were committed when each was answered
  const auto occupy = [&](Database&) {
    begun.set_value();
    release.get_future().get();
    return absl::OkStatus();
  };
  writer->Submit(occupy, [](const absl::Status&) {});
  begun.get_future().get();
  for (int i = 0; i < 5; ++i) {
    writer->Submit(Insert(i), [&](const absl::Status&) { seen.push_back(Rows()); });
  }
  release.set_value();
  writer.reset();
  EXPECT_EQ(seen, std::vector<int64_t>(5, 5));
}

TEST_F(WriterTest, ACommitTakesNoMoreThanItsRows) {
  Start({.rows_per_commit = 2});
  std::promise<void> release;
  std::vector<int64_t> seen;
  writer->Submit([&](Database&) { return release.get_future().get(), absl::OkStatus(); },
                 [](const absl::Status&) {}, 2);
  for (int i = 0; i < 4; ++i) {
    writer->Submit(Insert(i), [&](const absl::Status&) { seen.push_back(Rows()); });
  }
  release.set_value();
  writer.reset();
  EXPECT_EQ(seen, (std::vector<int64_t>{2, 2, 4, 4}));
}

TEST_F(WriterTest, AnErrorUndoesItsOwnWorkAndNoOther) {
  Start();
  EXPECT_TRUE(Write(Insert(1)).ok());
  const absl::Status status = Write([](Database& database) {
    database.Run("INSERT INTO t VALUES (2)");
    return absl::NotFoundError("no such job");
  });
  EXPECT_EQ(status, absl::NotFoundError("no such job"));
  EXPECT_TRUE(Write(Insert(3)).ok());
  EXPECT_EQ(Rows(), 2);
}

TEST_F(WriterTest, ABrokenStatementFailsAloneAndTheWriterGoesOn) {
  Start();
  const absl::Status status = Write([](Database& database) {
    database.Run("INSERT INTO t VALUES (1)");
    database.Run("INSERT INTO nowhere VALUES (1)");
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(Write(Insert(2)).ok());
  EXPECT_EQ(Rows(), 1);
}

TEST_F(WriterTest, AFullDiskMayPassAndTheWriterGoesOn) {
  Start();
  const absl::Status status = Write([](Database& database) {
    database.RunScript("PRAGMA max_page_count = 20; PRAGMA cache_size = 1");
    database.Run("INSERT INTO t SELECT zeroblob(1000000)");
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_TRUE(Write(Insert(2)).ok());
  EXPECT_EQ(Rows(), 1);
}

TEST_F(WriterTest, AFullQueueRefusesAtOnce) {
  Start({.queue_capacity = 1});
  std::promise<void> started, release;
  writer->Submit(
      [&](Database&) {
        started.set_value();
        return release.get_future().get(), absl::OkStatus();
      },
      [](const absl::Status&) {});
  started.get_future().get();
  writer->Submit(Insert(1), [](const absl::Status&) {});
  absl::Status refused;
  writer->Submit(Insert(2), [&](const absl::Status& status) { refused = status; });
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(writer->QueueLength(), 1u);
  release.set_value();
  writer.reset();
}

}  // namespace
}  // namespace geometer::server
