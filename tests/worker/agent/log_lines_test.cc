#include "worker/agent/log_lines.h"

#include <gtest/gtest.h>

namespace geometer::worker {
namespace {

using Lines = std::vector<std::string>;

TEST(LineSplitterTest, JoinsAndCutsWhatArrivesInPieces) {
  LineSplitter splitter;
  EXPECT_EQ(splitter.Add("on"), Lines{});
  EXPECT_EQ(splitter.Add("e\n\ntwo\nth"), (Lines{"one", "", "two"}));
  EXPECT_EQ(splitter.Finish(), Lines{"th"});
  EXPECT_EQ(splitter.Finish(), Lines{});
}

TEST(LineSplitterTest, KeepsTheBeginningOfALineThatIsTooLong) {
  LineSplitter splitter;
  for (int i = 0; i < 100; ++i) splitter.Add(std::string(1000, 'x'));
  EXPECT_EQ(splitter.Add("end\nnext\n"), (Lines{std::string(kMaxLineBytes, 'x'), "next"}));
}

TEST(ToUtf8Test, KeepsWellFormedText) {
  const std::string text = "λ ≤ 2/η, 🙂";
  EXPECT_EQ(ToUtf8(text), text);
}

// Each of these is ill-formed by table 3-7 of the Unicode standard.
TEST(ToUtf8Test, ReplacesEveryByteThatIsNoPartOfACharacter) {
  EXPECT_EQ(ToUtf8("a\xff\x80z"), "a??z");
  EXPECT_EQ(ToUtf8("\xc0\xaf"), "??");            // overlong '/'
  EXPECT_EQ(ToUtf8("\xe0\x80\xaf"), "???");       // overlong, three bytes
  EXPECT_EQ(ToUtf8("\xed\xa0\x80"), "???");       // surrogate
  EXPECT_EQ(ToUtf8("\xf4\x90\x80\x80"), "????");  // beyond U+10FFFF
  EXPECT_EQ(ToUtf8("\xe2\x89"), "??");            // cut short
}

TEST(LineLimitTest, LetsABurstPassAndDropsTheRest) {
  LineLimit limit;
  const auto now = std::chrono::steady_clock::now();
  EXPECT_EQ(limit.Admit(Lines(5000, "x"), now).size(), LineLimit::kBurst);
  EXPECT_EQ(limit.Admit(Lines(5, "x"), now).size(), 0);
}

TEST(LineLimitTest, SaysHowManyItDropped) {
  LineLimit limit;
  const auto now = std::chrono::steady_clock::now();
  limit.Admit(Lines(1500, "x"), now);
  const Lines later = limit.Admit({"y"}, now + std::chrono::seconds(1));
  EXPECT_EQ(later, (Lines{"500 log lines dropped", "y"}));
}

}  // namespace
}  // namespace geometer::worker
