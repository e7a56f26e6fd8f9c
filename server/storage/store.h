#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/storage/file_descriptor.h"
#include "server/storage/reader_pool.h"
#include "server/storage/writer.h"

namespace geometer::server {

// All that the server keeps: DIR/geometer.db and DIR/artifacts/. Thread-safe.
//
// JobStore, RecordStore and ResultStore say what can be done; this says on which thread:
//
//   store->Write<v1::Job>([id, now](Database& database) { return JobStore(database).Cancel(id,
//   now); },
//                         [](absl::StatusOr<v1::Job> job) { … });
//
// Several calls in one piece of work are one atomic change.
class Store {
 public:
  struct Options {
    size_t readers = 2;
    size_t read_queue_capacity = 1'000;
    Writer::Options writer;
  };

  // Opens or makes the store, brings its schema up to date, and removes artifact folders of
  // attempts that are gone. FAILED_PRECONDITION when a newer release wrote it or another process
  // holds it; UNAVAILABLE when the folder can't be used; DATA_LOSS when indexes don't match their
  // tables.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::filesystem::path& directory,
                                                     const Options& options);

  // Changes the store. `done` runs exactly once, after the change is on disk; see Writer::Submit.
  template <typename T>
  void Write(std::function<absl::StatusOr<T>(Database&)> work,
             std::function<void(absl::StatusOr<T>)> done, int64_t rows = 1) {
    auto [untyped_work, untyped_done] = WithResult<T>(std::move(work), std::move(done));
    writer_.Submit(std::move(untyped_work), std::move(untyped_done), rows);
  }

  // Reads from the store. `done` runs exactly once; see ReaderPool::Submit.
  template <typename T>
  void Read(std::function<absl::StatusOr<T>(Database&)> work,
            std::function<void(absl::StatusOr<T>)> done) {
    auto [untyped_work, untyped_done] = WithResult<T>(std::move(work), std::move(done));
    readers_.Submit(std::move(untyped_work), std::move(untyped_done));
  }

  // Write and Read that wait for the answer. Never from a reactor, nor from a `done`.
  template <typename T>
  absl::StatusOr<T> WriteAndWait(std::function<absl::StatusOr<T>(Database&)> work) {
    auto answer = std::make_shared<std::promise<absl::StatusOr<T>>>();
    Write<T>(std::move(work), [answer](absl::StatusOr<T> r) { answer->set_value(std::move(r)); });
    return answer->get_future().get();
  }
  template <typename T>
  absl::StatusOr<T> ReadAndWait(std::function<absl::StatusOr<T>(Database&)> work) {
    auto answer = std::make_shared<std::promise<absl::StatusOr<T>>>();
    Read<T>(std::move(work), [answer](absl::StatusOr<T> r) { answer->set_value(std::move(r)); });
    return answer->get_future().get();
  }

  // Folder that holds one folder of artifacts per attempt.
  const std::filesystem::path& artifacts() const { return artifacts_; }

  // Pieces of work that wait to be written.
  size_t WriteQueueLength() const { return writer_.QueueLength(); }

 private:
  Store(FileDescriptor lock, std::filesystem::path artifacts, Database writer,
        std::vector<Database> readers, const Options& options);

  // Carries a typed result from `work` to `done`.
  template <typename T>
  static std::pair<Work, Done> WithResult(std::function<absl::StatusOr<T>(Database&)> work,
                                          std::function<void(absl::StatusOr<T>)> done) {
    auto result = std::make_shared<absl::StatusOr<T>>(absl::InternalError("no result"));
    return {[work = std::move(work), result](Database& database) {
              *result = work(database);
              return result->status();
            },
            [done = std::move(done), result](const absl::Status& status) {
              done(status.ok() ? std::move(*result) : absl::StatusOr<T>(status));
            }};
  }

  const FileDescriptor lock_;  // keeps other servers out
  const std::filesystem::path artifacts_;
  Writer writer_;
  ReaderPool readers_;
};

}  // namespace geometer::server
