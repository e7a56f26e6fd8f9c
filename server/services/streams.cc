#include "server/services/streams.h"

#include "server/services/lease_stream.h"
#include "server/services/report_stream.h"
#include "server/services/watch_stream.h"

namespace geometer::server {

absl::Status DrainingError() { return absl::UnavailableError("the server is stopping; try again"); }

void Streams::JobChanged(int64_t job_id) {
  const auto of_job = [job_id](const WatchStream& stream) { return stream.job_id() == job_id; };
  for (const auto& stream : watches.Where(of_job)) stream->Changed();
}

void Streams::Direct(const std::string& worker_id, const v1::AttemptReceipt& receipt) {
  v1::ReportResponse response;
  *response.add_receipts() = receipt;
  const auto of_worker = [&](const ReportStream& stream) {
    return stream.worker_id() == worker_id;
  };
  for (const auto& stream : reports.Where(of_worker)) stream->Send(response);
}

void Streams::FenceOff(const std::string& worker_id) {
  const auto of_worker = [&](const auto& stream) { return stream.worker_id() == worker_id; };
  const absl::Status stale =
      absl::FailedPreconditionError("a newer session of worker " + worker_id + " has begun");
  for (const auto& stream : leases.Where(of_worker)) stream->Close(stale);
  for (const auto& stream : reports.Where(of_worker)) stream->Close(stale);
}

void Streams::Drain() {
  for (const auto& stream : leases.Drain()) stream->Drain();
  for (const auto& stream : reports.Drain()) stream->Close(DrainingError());
  for (const auto& stream : watches.Drain()) stream->Close(DrainingError());
}

}  // namespace geometer::server
