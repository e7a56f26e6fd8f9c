#pragma once

#include "geometer/v1/worker_service.grpc.pb.h"
#include "server/services/backend.h"

namespace geometer::server {

// See geometer/v1/worker_service.proto, lease_stream.h and report_stream.h.
class WorkerService final : public v1::WorkerService::CallbackService {
 public:
  explicit WorkerService(const Backend& backend) : backend_(backend) {}

  // INVALID_ARGUMENT for texts that could not be labels or log lines, and for a metrics address
  // that is neither empty nor a loopback HOST:PORT: it is handed to Prometheus.
  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const v1::RegisterRequest* request,
                                     v1::RegisterResponse* response) override;
  grpc::ServerBidiReactor<v1::LeaseRequest, v1::LeaseResponse>* Lease(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<v1::ReportRequest, v1::ReportResponse>* Report(
      grpc::CallbackServerContext* context) override;

 private:
  const Backend backend_;
};

}  // namespace geometer::server
