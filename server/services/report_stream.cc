#include "server/services/report_stream.h"

#include <utility>

namespace geometer::server {

ReportStream* ReportStream::Open(grpc::CallbackServerContext& context, const Scheduler& scheduler,
                                 Intake& intake, Streams& streams) {
  const std::shared_ptr<ReportStream> stream(new ReportStream(context, scheduler, intake, streams));
  stream->self_ = stream;
  if (streams.reports.Add(stream)) {
    stream->ReadNext();
  } else {
    stream->Close(DrainingError());
  }
  return stream.get();
}

void ReportStream::Receive(v1::ReportRequest request) {
  const std::shared_ptr<ReportStream> self = self_;
  intake_.Take(
      worker_id(), std::make_shared<const v1::ReportRequest>(std::move(request)),
      [self](const absl::StatusOr<v1::ReportResponse>& response) { self->Answer(response); });
  bool room = false;
  {
    // Counted only now, with its answer perhaps there already: a full stream reads on at the next
    // answer, and what is read then must not overtake this request.
    MutexLock lock(flight_mutex_);
    room = ++in_flight_ < kMaxInFlight;
  }
  if (room) ReadNext();
}

void ReportStream::Answer(const absl::StatusOr<v1::ReportResponse>& response) {
  bool was_full = false;
  {
    MutexLock lock(flight_mutex_);
    was_full = in_flight_-- == kMaxInFlight;
  }
  if (!response.ok()) return Close(response.status());
  Send(*response);
  if (was_full) ReadNext();
}

void ReportStream::OnDone() {
  const std::shared_ptr<ReportStream> self = std::move(self_);
  streams_.reports.Remove(this);
}

}  // namespace geometer::server
