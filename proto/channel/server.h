#pragma once

#include <grpcpp/server.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/channel/address.h"

namespace geometer::channel {

using Interceptors = grpc::experimental::ServerInterceptorFactoryInterface;

// A gRPC server that accepts connections.
struct ListeningServer {
  std::unique_ptr<grpc::Server> server;
  Address address;  // with the port that was bound
};

// Serves `services`, health v1 and reflection at `address` ("host:port", loopback only: see
// ParseAddress; port 0 picks a free one) with the limits of limits.h.
//
// `interceptor`, if any, sees every RPC. The services must outlive the server. A port in use gives
// UNAVAILABLE; two servers never share one.
absl::StatusOr<ListeningServer> StartServer(const std::string& address,
                                            const std::vector<grpc::Service*>& services,
                                            std::unique_ptr<Interceptors> interceptor = nullptr);

}  // namespace geometer::channel
