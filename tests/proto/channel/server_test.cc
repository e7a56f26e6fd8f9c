#include "proto/channel/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "proto/channel/channel.h"

namespace geometer::channel {
namespace {

// grpc.health.v1.HealthCheckResponse{status: SERVING}, serialised.
constexpr char kServing[] = "\x08\x01";

grpc::Status CheckHealth(const std::shared_ptr<grpc::Channel>& channel, std::string* response) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice empty;
  const grpc::ByteBuffer request(&empty, 1);
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  grpc::ByteBuffer buffer;
  grpc::Status status;
  call->StartCall();
  call->Finish(&buffer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  grpc::Slice slice;
  if (buffer.DumpToSingleSlice(&slice).ok()) {
    response->assign(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return status;
}

TEST(ServerTest, AnswersHealthChecksAtThePortThatItReturns) {
  const auto listening = StartServer("127.0.0.1:0", {});
  ASSERT_TRUE(listening.ok()) << listening.status();
  std::string response;
  EXPECT_TRUE(CheckHealth(*MakeChannel(listening->address.ToString()), &response).ok());
  EXPECT_EQ(response, kServing);
}

TEST(ServerTest, RefusesAPortThatIsTaken) {
  const auto first = StartServer("127.0.0.1:0", {});
  ASSERT_TRUE(first.ok());
  const auto second = StartServer(first->address.ToString(), {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

TEST(ServerTest, ListensAndConnectsOnLoopbackOnly) {
  EXPECT_EQ(StartServer("0.0.0.0:0", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MakeChannel("10.0.0.1:7230").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ChannelTest, AnAbsentServerIsUnavailable) {
  const auto gone = StartServer("127.0.0.1:0", {});
  ASSERT_TRUE(gone.ok());
  gone->server->Shutdown();
  std::string response;
  const grpc::Status status = CheckHealth(*MakeChannel(gone->address.ToString()), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace geometer::channel
