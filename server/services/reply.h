#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "proto/channel/status.h"

namespace geometer::server {

// A completion for the store that ends a unary RPC: `fill` puts the value into the response, or the
// error is its status.
template <typename T, typename Fill>
std::function<void(absl::StatusOr<T>)> ReplyTo(grpc::ServerUnaryReactor* rpc, Fill fill) {
  return [rpc, fill = std::move(fill)](absl::StatusOr<T> value) {
    const grpc::Status status = channel::ToGrpc(value.status());
    if (status.ok()) fill(*std::move(value));
    rpc->Finish(status);
  };
}

// Ends a unary RPC that needs no store.
inline grpc::ServerUnaryReactor* Reply(grpc::ServerUnaryReactor* rpc, const absl::Status& status) {
  rpc->Finish(channel::ToGrpc(status));
  return rpc;
}

}  // namespace geometer::server
