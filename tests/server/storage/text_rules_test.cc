#include "server/storage/text_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace geometer::server {
namespace {

TEST(TextRulesTest, TakesUtf8OfOneToFourBytes) {
  EXPECT_TRUE(CheckText("x", "aλ€😀", 16).ok());
  EXPECT_TRUE(CheckText("x", "", 0).ok());
}

TEST(TextRulesTest, RefusesWhatIsNotUtf8) {
  for (const std::string text :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_FALSE(CheckText("x", text, 16).ok()) << text;
  }
  EXPECT_FALSE(CheckText("x", std::string("a\0b", 3), 16).ok());
}

TEST(TextRulesTest, RefusesTextBeyondItsLimitNamingTheField) {
  const absl::Status status = CheckText("series.probe", "abcd", 3);
  EXPECT_EQ(status.message(), "series.probe: at most 3 bytes, got 4");
}

TEST(TextRulesTest, AFileNameCannotLeaveItsFolder) {
  EXPECT_TRUE(CheckFileName("weights.safetensors").ok());
  for (const std::string name : {"", ".", "..", "../x", "a/b", "/a", ".hidden", "a\n", "x.part"}) {
    EXPECT_FALSE(CheckFileName(name).ok()) << name;
  }
}

}  // namespace
}  // namespace geometer::server
