#include "worker/agent/metrics_server.h"

#include <httplib.h>
#include <prometheus/text_serializer.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::worker {

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    const std::string& address, const prometheus::Registry& registry) {
  absl::StatusOr<channel::Address> bound = channel::ParseAddress(address);
  if (!bound.ok()) return bound.status();
  auto server = std::make_unique<httplib::Server>();
  server->Get("/metrics", [&registry](const httplib::Request&, httplib::Response& response) {
    response.set_content(prometheus::TextSerializer().Serialize(registry.Collect()),
                         "text/plain; version=0.0.4");
  });
  const bool any = bound->port == 0;
  const int port = any ? server->bind_to_any_port(bound->host)
                       : (server->bind_to_port(bound->host, bound->port) ? bound->port : -1);
  if (port < 0) {
    return absl::UnavailableError(absl::StrCat("cannot serve metrics at ", address,
                                               ": the port is taken; choose another --http, or 0"));
  }
  bound->port = port;
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(server), *std::move(bound)));
}

MetricsServer::MetricsServer(std::unique_ptr<httplib::Server> server, channel::Address address)
    : server_(std::move(server)),
      address_(std::move(address)),
      thread_([this] { server_->listen_after_bind(); }) {}

MetricsServer::~MetricsServer() {
  server_->stop();
  thread_.join();
}

}  // namespace geometer::worker
