#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "geometer/v1/worker_service.pb.h"
#include "prometheus/histogram.h"
#include "server/services/dispatcher.h"
#include "server/storage/record_store.h"

namespace geometer::server {

// Takes in what workers report. Thread-safe; never blocks.
//
// Records become durable in the order in which they were handed in; the answer says how far each
// attempt mentioned is and what its worker must do. A record that breaks the contract ends its
// attempt (it would be sent again for ever); one of an attempt that is not the worker's is ABANDON.
class Intake {
 public:
  // Most records, progress entries or attached attempts in one request.
  static constexpr int kMaxEntries = 1'000;

  using Done = std::function<void(const absl::StatusOr<v1::ReportResponse>&)>;

  // `commit_seconds` observes the time from handing a request in to its records being on disk.
  Intake(Dispatcher::Parts parts, Dispatcher& dispatcher, Clock clock,
         prometheus::Histogram& commit_seconds);

  // `done` is called once, on any thread, when all of `request` is on disk. Errors end the stream,
  // and the worker sends again after it has attached: INVALID_ARGUMENT: too many entries;
  // OUT_OF_RANGE: a gap in the sequence; UNAVAILABLE: the lease is only about to begin;
  // RESOURCE_EXHAUSTED.
  void Take(const std::string& worker_id, std::shared_ptr<const v1::ReportRequest> request,
            Done done);

 private:
  class Batch;

  void Attach(const std::shared_ptr<Batch>& batch);
  void Write(const std::shared_ptr<Batch>& batch, const v1::Record& record);
  void TakeProgress(Batch& batch, const v1::AttemptProgress& progress);
  void Kept(Batch& batch, const v1::Record& record, const Applied& applied);
  void Refused(Batch& batch, const v1::Record& record, const absl::Status& why);
  v1::Directive DirectiveFor(const Batch& batch, int64_t attempt_id, uint64_t durable_sequence);

  const Dispatcher::Parts parts_;
  Dispatcher& dispatcher_;
  const Clock clock_;
  prometheus::Histogram& commit_seconds_;
};

}  // namespace geometer::server
