#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/services/clock.h"

namespace geometer::server {

struct ServerOptions {
  std::string listen = "127.0.0.1:7230";  // gRPC; loopback only, port 0 picks a free one
  std::string http = "127.0.0.1:9464";    // /metrics, /sd, /healthz; likewise
  std::filesystem::path data;             // the store's folder; one server at a time
  absl::Duration lease_term = absl::Seconds(60);
  Clock clock;
};

// A running server: the store, the scheduler, the gRPC services and the HTTP pages.
class Server {
 public:
  // Listens on return. Errors say what to do; see Store::Open, channel::StartServer,
  // HttpServer::Start.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options);
  // Drains first.
  ~Server();

  // With the ports that were bound.
  std::string address() const;
  std::string http_address() const;

  // Stops within 10 s, whatever streams are open: health says NOT_SERVING, workers are told,
  // streams end with UNAVAILABLE, and what was taken in is on disk. Later calls do nothing.
  void Drain();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace geometer::server
