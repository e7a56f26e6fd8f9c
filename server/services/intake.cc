#include "server/services/intake.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/concurrency/mutex.h"
#include "server/storage/record_store.h"

namespace geometer::server {

// One request on its way to disk. Its parts are done on different threads; the last one answers.
class Intake::Batch {
 public:
  Batch(std::string worker_id, std::shared_ptr<const v1::ReportRequest> request, Done done)
      : worker_id(std::move(worker_id)), request(std::move(request)), done_(std::move(done)) {}

  const std::string worker_id;
  const std::shared_ptr<const v1::ReportRequest> request;

  // Merges into the attempt's receipt: the highest sequence, the newest directive.
  void Add(int64_t attempt_id, uint64_t durable_sequence, v1::Directive directive)
      EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    v1::AttemptReceipt& receipt = receipts_[attempt_id];
    receipt.set_attempt_id(attempt_id);
    receipt.set_durable_sequence(std::max(receipt.durable_sequence(), durable_sequence));
    receipt.set_directive(directive);
  }

  // The first error counts.
  void Fail(const absl::Status& error) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (error_.ok()) error_ = error;
  }

  void BeginParts(int count) { parts_left_ += count; }
  void EndPart() EXCLUDES(mutex_) {
    if (--parts_left_ == 0) done_(Answer());
  }

 private:
  absl::StatusOr<v1::ReportResponse> Answer() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (!error_.ok()) return error_;
    v1::ReportResponse response;
    for (auto& [id, receipt] : receipts_) response.add_receipts()->Swap(&receipt);
    return response;
  }

  const Done done_;
  std::atomic<int> parts_left_ = 1;  // the one that begins the others
  Mutex mutex_;
  std::map<int64_t, v1::AttemptReceipt> receipts_ GUARDED_BY(mutex_);
  absl::Status error_ GUARDED_BY(mutex_);
};

Intake::Intake(Dispatcher::Parts parts, Dispatcher& dispatcher, Clock clock,
               prometheus::Histogram& commit_seconds)
    : parts_(parts),
      dispatcher_(dispatcher),
      clock_(std::move(clock)),
      commit_seconds_(commit_seconds) {}

void Intake::Take(const std::string& worker_id, std::shared_ptr<const v1::ReportRequest> request,
                  Done done) {
  const auto batch = std::make_shared<Batch>(worker_id, std::move(request), std::move(done));
  const v1::ReportRequest& entries = *batch->request;
  if (std::max({entries.records_size(), entries.progress_size(), entries.attach_size()}) >
      kMaxEntries) {
    batch->Fail(absl::InvalidArgumentError(
        absl::StrCat("a request holds at most ", kMaxEntries, " entries of a kind")));
    return batch->EndPart();
  }
  batch->BeginParts(entries.records_size() + 1);
  for (const v1::AttemptProgress& progress : entries.progress()) TakeProgress(*batch, progress);
  Attach(batch);
  for (const v1::Record& record : entries.records()) Write(batch, record);
  batch->EndPart();
}

void Intake::TakeProgress(Batch& batch, const v1::AttemptProgress& progress) {
  const v1::Directive directive =
      parts_.scheduler.Renew(batch.worker_id, progress, clock_.steady());
  if (directive == v1::DIRECTIVE_ABANDON) return batch.Add(progress.attempt_id(), 0, directive);
  const std::optional<LiveAttempt> attempt = parts_.live.Find(progress.attempt_id());
  batch.Add(progress.attempt_id(), attempt ? attempt->sequence : 0, directive);
  if (attempt.has_value()) parts_.audience.JobChanged(attempt->job_id);
}

void Intake::Attach(const std::shared_ptr<Batch>& batch) {
  if (batch->request->attach().empty()) return batch->EndPart();
  using Sequences = std::map<int64_t, absl::StatusOr<uint64_t>>;
  parts_.store.Read<Sequences>(
      [this, batch](Database& database) -> absl::StatusOr<Sequences> {
        RecordStore records(database, parts_.store.artifacts());
        Sequences sequences;
        for (const int64_t id : batch->request->attach()) {
          sequences.emplace(id, records.DurableSequence(batch->worker_id, id));
        }
        return sequences;
      },
      [this, batch](const absl::StatusOr<Sequences>& sequences) {
        if (!sequences.ok()) batch->Fail(sequences.status());
        for (const auto& [id, sequence] : sequences.value_or(Sequences())) {
          batch->Add(id, sequence.value_or(0), DirectiveFor(*batch, id, sequence.value_or(0)));
        }
        batch->EndPart();
      });
}

void Intake::Write(const std::shared_ptr<Batch>& batch, const v1::Record& record) {
  parts_.store.Write<Applied>(
      [this, batch, &record, now = clock_.now()](Database& database) {
        return RecordStore(database, parts_.store.artifacts()).Apply(batch->worker_id, record, now);
      },
      [this, batch, &record, begin = clock_.steady()](const absl::StatusOr<Applied>& applied) {
        if (applied.ok()) {
          commit_seconds_.Observe(std::chrono::duration<double>(clock_.steady() - begin).count());
          Kept(*batch, record, *applied);
        } else {
          Refused(*batch, record, applied.status());
        }
        batch->EndPart();
      },
      RecordStore::Rows(record));
}

void Intake::Kept(Batch& batch, const v1::Record& record, const Applied& applied) {
  const int64_t id = record.attempt_id();
  parts_.live.Observe(record);
  if (applied.finished_as.has_value()) {
    dispatcher_.Ended(id, applied.job_id, *applied.finished_as);
  } else {
    parts_.audience.JobChanged(applied.job_id);
  }
  // After its finish an attempt has no lease; there is nothing left to abandon.
  batch.Add(id, applied.durable_sequence,
            record.has_finish() ? v1::DIRECTIVE_UNSPECIFIED
                                : DirectiveFor(batch, id, applied.durable_sequence));
}

void Intake::Refused(Batch& batch, const v1::Record& record, const absl::Status& why) {
  const int64_t id = record.attempt_id();
  const v1::Directive directive = DirectiveFor(batch, id, 0);
  const bool broken = absl::IsInvalidArgument(why) || absl::IsDataLoss(why);
  if (!broken && !absl::IsFailedPrecondition(why)) return batch.Fail(why);
  if (directive != v1::DIRECTIVE_ABANDON && !broken) {
    // The acceptance of its offer, on another stream, is not on disk yet.
    return batch.Fail(absl::UnavailableError(absl::StrCat("attempt ", id, " has not begun yet")));
  }
  const std::optional<LiveAttempt> attempt = parts_.live.Find(id);
  if (directive != v1::DIRECTIVE_ABANDON && attempt.has_value()) {
    dispatcher_.Fail(id, attempt->job_id, v1::FAILURE_REASON_INTERNAL,
                     absl::StrCat("record ", record.sequence(), ": ", why.message()));
  }
  batch.Add(id, 0, v1::DIRECTIVE_ABANDON);
}

v1::Directive Intake::DirectiveFor(const Batch& batch, int64_t attempt_id,
                                   uint64_t durable_sequence) {
  v1::AttemptReceipt receipt;
  receipt.set_attempt_id(attempt_id);
  receipt.set_durable_sequence(durable_sequence);
  return parts_.scheduler.Renew(batch.worker_id, receipt, clock_.steady());
}

}  // namespace geometer::server
