#include "server/services/result_service.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "server/services/part_stream.h"
#include "server/services/reply.h"
#include "server/storage/result_store.h"

namespace geometer::server {
namespace {

constexpr uint64_t kArtifactPart = 1 << 20;

absl::StatusOr<Part<v1::ReadArtifactResponse>> ReadBytes(const StoredArtifact& stored,
                                                         uint64_t offset) {
  Part<v1::ReadArtifactResponse> part;
  std::string& data = *part.response.mutable_data();
  data.resize(std::min(kArtifactPart, stored.artifact.size() - offset));
  std::ifstream file(stored.path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  if (!file.read(data.data(), static_cast<std::streamsize>(data.size()))) {
    return absl::NotFoundError("the artifact is gone: its job was deleted");
  }
  part.last = offset + data.size() == stored.artifact.size();
  return part;
}

}  // namespace

grpc::ServerUnaryReactor* ResultService::ListSeries(grpc::CallbackServerContext* context,
                                                    const v1::ListSeriesRequest* request,
                                                    v1::ListSeriesResponse* response) {
  using AllSeries = std::vector<v1::Series>;
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  store_.Read<AllSeries>(
      [id = request->job_id()](Database& database) { return ResultStore(database).ListSeries(id); },
      ReplyTo<AllSeries>(rpc, [response](AllSeries series) {
        response->mutable_series()->Assign(series.begin(), series.end());
      }));
  return rpc;
}

grpc::ServerWriteReactor<v1::QueryPointsResponse>* ResultService::QueryPoints(
    grpc::CallbackServerContext* context, const v1::QueryPointsRequest* request) {
  using Points = Part<v1::QueryPointsResponse>;
  return PartStream<v1::QueryPointsResponse>::Open(
      store_,
      [request = *request,
       cursor = PointCursor()](Database& database) mutable -> absl::StatusOr<Points> {
        absl::StatusOr<PointPart> read = ResultStore(database).QueryPoints(request, cursor);
        if (!read.ok()) return read.status();
        Points part;
        part.last = !read->next.has_value();
        part.response.mutable_points()->Swap(&read->points);
        if (!part.last) cursor = *read->next;
        return part;
      });
}

grpc::ServerWriteReactor<v1::ReadLogsResponse>* ResultService::ReadLogs(
    grpc::CallbackServerContext* context, const v1::ReadLogsRequest* request) {
  using Lines = Part<v1::ReadLogsResponse>;
  return PartStream<v1::ReadLogsResponse>::Open(
      store_,
      [request = *request,
       cursor = LogCursor()](Database& database) mutable -> absl::StatusOr<Lines> {
        absl::StatusOr<LogPart> read = ResultStore(database).ReadLogs(request, cursor);
        if (!read.ok()) return read.status();
        const bool last = !read->next.has_value();
        if (!last) cursor = *read->next;
        return Lines{std::move(read->lines), last};
      });
}

grpc::ServerUnaryReactor* ResultService::ListArtifacts(grpc::CallbackServerContext* context,
                                                       const v1::ListArtifactsRequest* request,
                                                       v1::ListArtifactsResponse* response) {
  using Artifacts = std::vector<v1::Artifact>;
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  store_.Read<Artifacts>(
      [id = request->job_id()](Database& database) {
        return ResultStore(database).ListArtifacts(id);
      },
      ReplyTo<Artifacts>(rpc, [response](Artifacts artifacts) {
        response->mutable_artifacts()->Assign(artifacts.begin(), artifacts.end());
      }));
  return rpc;
}

grpc::ServerWriteReactor<v1::ReadArtifactResponse>* ResultService::ReadArtifact(
    grpc::CallbackServerContext* context, const v1::ReadArtifactRequest* request) {
  using Bytes = Part<v1::ReadArtifactResponse>;
  return PartStream<v1::ReadArtifactResponse>::Open(
      store_,
      [this, request = *request, stored = std::optional<StoredArtifact>(),
       offset = uint64_t{0}](Database& database) mutable -> absl::StatusOr<Bytes> {
        if (!stored.has_value()) {
          auto found = ResultStore(database).FindArtifact(request, store_.artifacts());
          if (!found.ok()) return found.status();
          stored = *std::move(found);
        }
        absl::StatusOr<Bytes> part = ReadBytes(*stored, offset);
        if (part.ok()) offset += part->response.data().size();
        return part;
      });
}

}  // namespace geometer::server
