#include "server/services/worker_service.h"

#include <spdlog/spdlog.h>

#include "proto/channel/address.h"
#include "server/services/lease_stream.h"
#include "server/services/reply.h"
#include "server/services/report_stream.h"

namespace geometer::server {

grpc::ServerUnaryReactor* WorkerService::Register(grpc::CallbackServerContext* context,
                                                  const v1::RegisterRequest* request,
                                                  v1::RegisterResponse* response) {
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  if (!request->metrics_address().empty()) {
    const auto address = channel::ParseAddress(request->metrics_address());
    if (!address.ok()) return Reply(rpc, address.status());
  }
  const absl::StatusOr<std::string> session =
      backend_.scheduler.Register(*request, backend_.clock.now());
  if (!session.ok()) return Reply(rpc, session.status());
  backend_.streams.FenceOff(request->worker_id());
  spdlog::info("worker {}: new session, {} slots", request->worker_id(), request->slots());
  response->set_session(*session);
  return Reply(rpc, absl::OkStatus());
}

grpc::ServerBidiReactor<v1::LeaseRequest, v1::LeaseResponse>* WorkerService::Lease(
    grpc::CallbackServerContext* context) {
  return LeaseStream::Open(*context, backend_.scheduler, backend_.dispatcher, backend_.streams);
}

grpc::ServerBidiReactor<v1::ReportRequest, v1::ReportResponse>* WorkerService::Report(
    grpc::CallbackServerContext* context) {
  return ReportStream::Open(*context, backend_.scheduler, backend_.intake, backend_.streams);
}

}  // namespace geometer::server
