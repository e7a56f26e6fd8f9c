#include "proto/channel/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace geometer::channel {
namespace {

TEST(AddressTest, ReadsHostAndPort) {
  const auto address = ParseAddress("127.0.0.1:7230");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 7230);
}

TEST(AddressTest, IsWrittenAsItWasRead) {
  for (const char* text : {"127.0.0.1:0", "127.3.2.1:65535", "localhost:1", "[::1]:7230"}) {
    const auto address = ParseAddress(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(AddressTest, RefusesWhatIsNotHostAndPort) {
  for (const char* text : {"", ":", "localhost", "localhost:", "localhost:http", "127.0.0.1:-1",
                           "127.0.0.1:65536", "127.0.0.1:99999999999", "[:1"}) {
    EXPECT_EQ(ParseAddress(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(AddressTest, RefusesOtherMachinesAndSaysWhatToDo) {
  for (const char* text : {"0.0.0.0:1", "[::]:1", "192.168.0.1:1", "example.com:1", "128.0.0.1:1",
                           "127.0.0.1.example.com:1", ":1"}) {
    EXPECT_THAT(ParseAddress(text).status().message(), testing::HasSubstr("TLS comes later"))
        << text;
  }
}

}  // namespace
}  // namespace geometer::channel
