#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/channel/address.h"

namespace geometer::channel {

// A gRPC server that accepts connections.
struct ListeningServer {
  std::unique_ptr<grpc::Server> server;
  Address address;  // with the port that was bound
};

// Serves `services`, health v1 and reflection at `address` ("host:port", loopback only: see
// ParseAddress; port 0 picks a free one) with the limits of limits.h.
//
// The services must outlive the server. A port in use gives UNAVAILABLE; two servers never share
// one.
absl::StatusOr<ListeningServer> StartServer(const std::string& address,
                                            const std::vector<grpc::Service*>& services);

}  // namespace geometer::channel
