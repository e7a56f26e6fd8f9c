#pragma once

#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "proto/channel/address.h"

namespace httplib {
class Server;
}

namespace geometer::worker {

// Serves GET /metrics in Prometheus' text format, on a thread of its own, until it is destroyed.
class MetricsServer {
 public:
  // Listens at `address` ("host:port", loopback only; port 0: any). Borrows `registry`.
  // UNAVAILABLE: the port is taken.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const std::string& address,
                                                              const prometheus::Registry& registry);
  ~MetricsServer();

  // With the port that was bound.
  const channel::Address& address() const { return address_; }

 private:
  MetricsServer(std::unique_ptr<httplib::Server> server, channel::Address address);

  const std::unique_ptr<httplib::Server> server_;
  const channel::Address address_;
  std::thread thread_;
};

}  // namespace geometer::worker
