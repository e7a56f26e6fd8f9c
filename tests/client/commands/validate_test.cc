#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

TEST(ValidateTest, AValidFileIsSaidToBe) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("a.yaml", ValidJob());
  const Result result = RunClient({"validate", file});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, file + ": valid\n");
}

TEST(ValidateTest, EveryErrorIsToldByPlace) {
  const Result result = RunClient({"validate", "-"}, {.in = ValidJob() + "sed: 1\nthread: 2\n"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("geometer: standard input:8:1: "));
  EXPECT_THAT(result.err, HasSubstr("geometer: standard input:9:1: "));
}

TEST(ValidateTest, TheExplicitSpecHasAllDefaults) {
  const Result result =
      RunClient({"validate", "-", "--explicit", "--set", "seed=3"}, {.in = ValidJob()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("seed: 3\ndtype: float32\n"));
}

TEST(ValidateTest, TheExplicitSpecIsItselfValid) {
  const Result first = RunClient({"validate", "-", "--explicit"}, {.in = ValidJob()});
  const Result second = RunClient({"validate", "-", "--explicit"}, {.in = first.out});
  EXPECT_EQ(second.out, first.out);
}

}  // namespace
}  // namespace geometer::client
