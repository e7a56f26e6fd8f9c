#include "worker/agent/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/contract/delimited.h"

namespace geometer::worker {

absl::StatusOr<std::shared_ptr<Spool>> Spool::Open(const std::filesystem::path& file,
                                                   int64_t attempt_id) {
  Descriptor descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor.valid()) return absl::ErrnoToStatus(errno, file.native());
  std::shared_ptr<Spool> spool(new Spool(std::move(descriptor), attempt_id));
  if (const absl::Status status = spool->Recover(); !status.ok()) return status;
  return spool;
}

absl::Status Spool::Recover() {
  MutexLock lock(mutex_);
  contract::DelimitedReader reader(file_.get());
  v1::Record record;
  while (!finish_) {
    const absl::StatusOr<bool> read = reader.Next(record);
    if (!read.ok() || !*read) break;
    if (record.attempt_id() != attempt_id_ || record.sequence() <= end_.sequence) break;
    Extend(record, reader.offset());
  }
  if (ftruncate(file_.get(), end_.offset) != 0)
    return absl::ErrnoToStatus(errno, "cutting a spool");
  return absl::OkStatus();
}

// The file holds `record` up to `offset`.
void Spool::Extend(const v1::Record& record, uint64_t offset) {
  end_ = {record.sequence(), offset};
  resumable_ |= record.has_checkpoint();
  if (record.has_finish()) finish_ = record.finish();
}

absl::Status Spool::Append(v1::Record record) {
  MutexLock lock(mutex_);
  if (finish_) return absl::FailedPreconditionError("the attempt has ended");
  record.set_attempt_id(attempt_id_);
  record.set_sequence(end_.sequence + 1);
  if (const size_t size = record.ByteSizeLong(); size > kMaxRecordBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a record of ", size, " bytes; at most ", kMaxRecordBytes, " are allowed"));
  }
  lseek(file_.get(), end_.offset, SEEK_SET);
  if (absl::Status status = contract::WriteDelimited(file_.get(), record); !status.ok()) {
    // Half a record would be taken for a torn tail; what stays beyond it is overwritten.
    if (ftruncate(file_.get(), end_.offset) != 0) return absl::ErrnoToStatus(errno, "a spool");
    return status;
  }
  Extend(record, lseek(file_.get(), 0, SEEK_CUR));
  return absl::OkStatus();
}

void Spool::SkipTo(uint64_t sequence) {
  MutexLock lock(mutex_);
  end_.sequence = std::max(end_.sequence, sequence);
}

absl::StatusOr<std::vector<v1::Record>> Spool::ReadAfter(uint64_t sequence, Limits limits) {
  MutexLock lock(mutex_);
  if (read_.sequence > sequence) read_ = {};
  lseek(file_.get(), read_.offset, SEEK_SET);
  contract::DelimitedReader reader(file_.get());
  const uint64_t start = read_.offset;
  std::vector<v1::Record> records;
  size_t bytes = 0;
  while (bytes < limits.bytes && records.size() < limits.records && read_.offset < end_.offset) {
    v1::Record record;
    const absl::StatusOr<bool> read = reader.Next(record);
    if (!read.ok()) return read.status();
    if (!*read) return absl::DataLossError("a spool was cut while in use");
    read_ = {record.sequence(), start + reader.offset()};
    if (record.sequence() <= sequence) continue;
    bytes += record.ByteSizeLong();
    records.push_back(std::move(record));
  }
  return records;
}

uint64_t Spool::last_sequence() const {
  MutexLock lock(mutex_);
  return end_.sequence;
}

uint64_t Spool::bytes() const {
  MutexLock lock(mutex_);
  return end_.offset;
}

bool Spool::resumable() const {
  MutexLock lock(mutex_);
  return resumable_;
}

std::optional<v1::Finish> Spool::finish() const {
  MutexLock lock(mutex_);
  return finish_;
}

}  // namespace geometer::worker
