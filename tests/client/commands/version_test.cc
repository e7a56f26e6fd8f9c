#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

TEST(VersionTest, PrintsReleaseAndContract) {
  const Result result = RunClient({"version"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, testing::MatchesRegex("geometer [0-9.]+\ncontract [0-9a-f]+\n"));
}

TEST(VersionTest, TheFlagPrintsTheReleaseAsEveryToolDoes) {
  const Result result = RunClient({"--version"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, testing::MatchesRegex("geometer [0-9.]+\n"));
}

}  // namespace
}  // namespace geometer::client
