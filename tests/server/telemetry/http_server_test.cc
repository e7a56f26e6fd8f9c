#include "server/telemetry/http_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

namespace geometer::server {
namespace {

std::unique_ptr<HttpServer> Serve(const std::string& body) {
  return *HttpServer::Start("127.0.0.1:0", {{"/page", [body] {
                                               return HttpPage{201, "text/x-test", body};
                                             }}});
}

TEST(HttpServerTest, ServesItsPages) {
  const auto server = Serve("hello");
  httplib::Client client("http://" + server->address().ToString());
  const auto result = client.Get("/page");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 201);
  EXPECT_EQ(result->body, "hello");
  EXPECT_EQ(result->get_header_value("Content-Type"), "text/x-test");
}

TEST(HttpServerTest, HasNoOtherPages) {
  const auto server = Serve("hello");
  httplib::Client client("http://" + server->address().ToString());
  EXPECT_EQ(client.Get("/other")->status, 404);
  EXPECT_EQ(client.Post("/page", "", "text/plain")->status, 404);
}

TEST(HttpServerTest, RefusesAPortThatIsTaken) {
  const auto first = Serve("first");
  EXPECT_EQ(HttpServer::Start(first->address().ToString(), {}).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(HttpServerTest, ListensOnLoopbackOnly) {
  EXPECT_EQ(HttpServer::Start("0.0.0.0:0", {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(HttpServerTest, EndsWhileAClientStaysConnected) {
  auto server = Serve("hello");
  httplib::Client client("http://" + server->address().ToString());
  client.set_keep_alive(true);
  ASSERT_TRUE(client.Get("/page"));
  server = nullptr;
  EXPECT_FALSE(client.Get("/page"));
}

}  // namespace
}  // namespace geometer::server
