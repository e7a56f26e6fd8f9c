#include "server/services/worker_service.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

#include "proto/channel/address.h"
#include "server/services/lease_stream.h"
#include "server/services/reply.h"
#include "server/services/report_stream.h"

namespace geometer::server {
namespace {

constexpr size_t kMaxText = 255;
constexpr int kMaxDevices = 16;

// A worker's id becomes a label of metrics and part of log lines.
bool IsPrintable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

absl::Status Check(const v1::RegisterRequest& request) {
  for (const std::string* text :
       {&request.worker_id(), &request.host(), &request.version(), &request.contract_digest()}) {
    if (text->size() > kMaxText || !IsPrintable(*text)) {
      return absl::InvalidArgumentError("texts must be printable ASCII, of at most 255 bytes");
    }
  }
  if (request.devices_size() > kMaxDevices) {
    return absl::InvalidArgumentError("devices: at most 16");
  }
  if (request.metrics_address().empty()) return absl::OkStatus();
  return channel::ParseAddress(request.metrics_address()).status();
}

}  // namespace

grpc::ServerUnaryReactor* WorkerService::Register(grpc::CallbackServerContext* context,
                                                  const v1::RegisterRequest* request,
                                                  v1::RegisterResponse* response) {
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  const absl::Status checked = Check(*request);
  if (!checked.ok()) return Reply(rpc, checked);
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
