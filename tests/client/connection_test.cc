#include "client/connection.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "proto/channel/server.h"

namespace geometer::client {
namespace {

absl::Status Ask(Connection& connection) {
  return connection.Call(&v1::JobService::Stub::GetJob, v1::GetJobRequest()).status();
}

// A socket that listens at a free port, and its address.
std::pair<int, std::string> Listen() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;  // so that the port can be taken over at once
  EXPECT_EQ(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  EXPECT_EQ(bind(listener, address, size), 0);
  EXPECT_EQ(listen(listener, 1), 0);
  EXPECT_EQ(getsockname(listener, address, &size), 0);
  return {listener, absl::StrCat("127.0.0.1:", ntohs(place.sin_port))};
}

// What listens first hangs up; a server takes its place.
TEST(ConnectionTest, AFailedAttemptToConnectIsFollowedByAnother) {
  const auto [listener, address] = Listen();
  absl::StatusOr<channel::ListeningServer> server;
  {
    const std::jthread other([&, listener = listener, &address = address] {
      const int first = accept(listener, nullptr, nullptr);
      close(listener);
      close(first);
      server = channel::StartServer(address, {});
    });
    Connection connection(address, std::chrono::minutes(1));
    EXPECT_EQ(Ask(connection).code(), absl::StatusCode::kUnimplemented);  // by that server
  }
  EXPECT_TRUE(server.ok()) << server.status();
}

TEST(ConnectionTest, WithoutAServerTheErrorSaysHowToStartOne) {
  const auto [listener, address] = Listen();
  close(listener);
  Connection connection(address, std::chrono::milliseconds(0));
  const absl::Status status = Ask(connection);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              testing::StartsWith(absl::StrCat("no server answers at ", address)));
}

}  // namespace
}  // namespace geometer::client
