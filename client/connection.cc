#include "client/connection.h"

#include "absl/strings/str_cat.h"
#include "proto/channel/channel.h"
#include "proto/channel/status.h"

namespace geometer::client {

absl::Status Connection::Connect() {
  if (channel_ != nullptr) return absl::OkStatus();
  auto channel = channel::MakeChannel(address_);
  if (!channel.ok()) return channel.status();
  channel_ = *std::move(channel);
  services_ = {v1::JobService::NewStub(channel_), v1::ResultService::NewStub(channel_)};
  // A call fails with its channel's first attempt, which may fail although a server listens:
  // gRPC 1.51 takes the errno of whatever it did between connect() and asking for it, such as a
  // missing /sys.
  channel_->WaitForConnected(std::chrono::system_clock::now() + patience_);
  return absl::OkStatus();
}

absl::StatusOr<v1::JobService::Stub*> Connection::jobs() {
  if (const absl::Status connected = Connect(); !connected.ok()) return connected;
  return &Get<v1::JobService::Stub>();
}

absl::Status Connection::Explain(const grpc::Status& status) const {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY) break;
      return absl::UnavailableError(
          absl::StrCat("no server answers at ", address_,
                       "; start one: geometer up (or name another: --server)"));
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::DeadlineExceededError(
          absl::StrCat("the server at ", address_, " did not answer in time; try again"));
    case grpc::StatusCode::UNIMPLEMENTED:
      return absl::UnimplementedError(
          absl::StrCat("what listens at ", address_,
                       " is not a geometer-server of this release: ", status.error_message()));
    default:
      break;
  }
  return channel::FromGrpc(status);
}

}  // namespace geometer::client
