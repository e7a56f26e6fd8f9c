#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "proto/channel/address.h"

namespace geometer::server {

// What a page answers.
struct HttpPage {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// A small HTTP server of fixed pages, with threads of its own. Ends with its destructor.
class HttpServer {
 public:
  // Made anew for each GET; called from several threads.
  using MakePage = std::function<HttpPage()>;

  // Serves `pages` by path at `address` ("host:port", loopback only: see channel::ParseAddress;
  // port 0 picks a free one). UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const std::string& address, const std::map<std::string, MakePage>& pages);
  ~HttpServer();

  // With the port that was bound.
  const channel::Address& address() const { return address_; }

 private:
  class Impl;
  HttpServer(std::unique_ptr<Impl> impl, channel::Address address);

  std::unique_ptr<Impl> impl_;
  const channel::Address address_;
};

}  // namespace geometer::server
