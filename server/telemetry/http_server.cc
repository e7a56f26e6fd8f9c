#include "server/telemetry/http_server.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::server {
namespace {

constexpr size_t kThreads = 2;
constexpr time_t kTimeoutSeconds = 5;
constexpr size_t kMaxRequestBytes = 4096;

// Without SO_REUSEPORT, cpp-httplib's default: two servers would silently share the port.
void SetSocketOptions(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

}  // namespace

class HttpServer::Impl {
 public:
  explicit Impl(const std::map<std::string, MakePage>& pages) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_socket_options(SetSocketOptions);
    server_.set_read_timeout(kTimeoutSeconds);
    server_.set_write_timeout(kTimeoutSeconds);
    server_.set_keep_alive_max_count(
        1);  // an idle connection would hold its thread, and the end up
    server_.set_payload_max_length(kMaxRequestBytes);
    for (const auto& [path, make_page] : pages) {
      server_.Get(path,
                  [make_page = make_page](const httplib::Request&, httplib::Response& response) {
                    HttpPage page = make_page();
                    response.status = page.status;
                    response.set_content(page.body, page.content_type.c_str());
                  });
    }
  }
  ~Impl() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // Returns the port; negative on failure.
  int Listen(const channel::Address& address) {
    const int port = address.port == 0 ? server_.bind_to_any_port(address.host)
                     : server_.bind_to_port(address.host, address.port) ? address.port
                                                                        : -1;
    if (port <= 0) return port;
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();  // stop() before that does nothing
    return port;
  }

 private:
  httplib::Server server_;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl, channel::Address address)
    : impl_(std::move(impl)), address_(std::move(address)) {}

HttpServer::~HttpServer() = default;

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const std::string& address, const std::map<std::string, MakePage>& pages) {
  absl::StatusOr<channel::Address> listen = channel::ParseAddress(address);
  if (!listen.ok()) return listen.status();
  auto impl = std::make_unique<Impl>(pages);
  const int port = impl->Listen(*listen);
  if (port <= 0) {
    return absl::UnavailableError(absl::StrCat("cannot serve HTTP on ", listen->ToString(),
                                               ": the port is taken; choose another one, or 0"));
  }
  listen->port = port;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl), *std::move(listen)));
}

}  // namespace geometer::server
