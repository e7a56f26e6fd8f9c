#pragma once

#include <memory>

#include "server/services/intake.h"
#include "server/services/streams.h"
#include "server/services/worker_stream.h"

namespace geometer::server {

// The server's side of WorkerService.Report: records up, receipts down.
//
// At most kMaxInFlight requests of a worker are on their way to disk; the next is read when one of
// them is there, so that a worker which is faster than the disk is slowed by flow control.
class ReportStream final : public WorkerStream<v1::ReportRequest, v1::ReportResponse> {
 public:
  static constexpr int kMaxInFlight = 4;

  // Opens a stream that keeps itself alive; returned for gRPC.
  static ReportStream* Open(grpc::CallbackServerContext& context, const Scheduler& scheduler,
                            Intake& intake, Streams& streams);

 private:
  ReportStream(grpc::CallbackServerContext& context, const Scheduler& scheduler, Intake& intake,
               Streams& streams)
      : WorkerStream(context, scheduler), intake_(intake), streams_(streams) {}

  void Receive(v1::ReportRequest request) override;
  void Answer(const absl::StatusOr<v1::ReportResponse>& response);
  void OnDone() override;

  Intake& intake_;
  Streams& streams_;
  std::shared_ptr<ReportStream> self_;
  Mutex flight_mutex_;
  int in_flight_ GUARDED_BY(flight_mutex_) = 0;
};

}  // namespace geometer::server
