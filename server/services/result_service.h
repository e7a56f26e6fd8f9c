#pragma once

#include "geometer/v1/result_service.grpc.pb.h"
#include "server/storage/store.h"

namespace geometer::server {

// See geometer/v1/result_service.proto. Long answers go out in parts: see part_stream.h.
class ResultService final : public v1::ResultService::CallbackService {
 public:
  explicit ResultService(Store& store) : store_(store) {}

  grpc::ServerUnaryReactor* ListSeries(grpc::CallbackServerContext* context,
                                       const v1::ListSeriesRequest* request,
                                       v1::ListSeriesResponse* response) override;
  grpc::ServerWriteReactor<v1::QueryPointsResponse>* QueryPoints(
      grpc::CallbackServerContext* context, const v1::QueryPointsRequest* request) override;
  grpc::ServerWriteReactor<v1::ReadLogsResponse>* ReadLogs(
      grpc::CallbackServerContext* context, const v1::ReadLogsRequest* request) override;
  grpc::ServerUnaryReactor* ListArtifacts(grpc::CallbackServerContext* context,
                                          const v1::ListArtifactsRequest* request,
                                          v1::ListArtifactsResponse* response) override;
  grpc::ServerWriteReactor<v1::ReadArtifactResponse>* ReadArtifact(
      grpc::CallbackServerContext* context, const v1::ReadArtifactRequest* request) override;

 private:
  Store& store_;
};

}  // namespace geometer::server
