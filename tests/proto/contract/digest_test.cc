#include "proto/contract/digest.h"

#include <gmock/gmock.h>

#include "proto/contract/defaults.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {
namespace {

using ::testing::MatchesRegex;

// An empty message has no bytes; SHA-256 of those is FIPS 180-4's well-known one.
TEST(SpecDigestTest, IsTheSha256OfTheBytes) {
  EXPECT_EQ(SpecDigest({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(SpecDigestTest, IgnoresHowTheFileIsWritten) {
  EXPECT_EQ(SpecDigest(Parsed("seed: 1\nname: a")), SpecDigest(Parsed(R"({"name":"a","seed":1})")));
}

TEST(SpecDigestTest, TellsSpecsApart) {
  const v1::JobSpec spec = Parsed(SmallJob());
  EXPECT_NE(SpecDigest(spec), SpecDigest(WithDefaults(spec)));
  EXPECT_NE(SpecDigest(Parsed("seed: 0")), SpecDigest({}));
}

TEST(ContractDigestTest, IsStableWithinABuild) {
  EXPECT_THAT(ContractDigest(), MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(ContractDigest().size(), 64);
  EXPECT_EQ(ContractDigest(), ContractDigest());
}

}  // namespace
}  // namespace geometer::contract
