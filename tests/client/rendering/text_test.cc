#include "client/rendering/text.h"

#include <gtest/gtest.h>

namespace geometer::client {
namespace {

TEST(TextTest, PrintableTextStaysAsItIs) { EXPECT_EQ(Printable("λ = 3 · 数"), "λ = 3 · 数"); }

TEST(TextTest, EscapeSequencesAndLineEndsBecomeVisible) {
  EXPECT_EQ(Printable("a\x1b[31mb\n\x7f"), "a\\x1b[31mb\\x0a\\x7f");
}

TEST(TextTest, EightBitControlsBecomeVisible) {
  EXPECT_EQ(Printable("\xc2\x9b"), "\\xc2\\x9b");  // U+009B, the one-character form of ESC [
}

TEST(TextTest, InvalidUtf8BecomesVisible) {
  EXPECT_EQ(Printable("a\xff"), "a\\xff");
  EXPECT_EQ(Printable("a\xe2\x82"), "a\\xe2\\x82");  // cut in the middle
}

TEST(TextTest, MarksThatTurnTheReadingDirectionBecomeVisible) {
  EXPECT_EQ(Printable("\u202e"), "\\xe2\\x80\\xae");
}

TEST(TextTest, ZeroBytesBecomeVisible) {
  EXPECT_EQ(Printable(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(TextTest, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("λmax"), 4);
  EXPECT_EQ(DisplayWidth("数"), 2);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);
}

TEST(TextTest, PaddingFillsColumns) {
  EXPECT_EQ(PadRight("数", 4) + "|", "数  |");
  EXPECT_EQ(PadLeft("λ", 3), "  λ");
  EXPECT_EQ(PadRight("long", 2), "long");
}

TEST(TextTest, ShortenedTextEndsInAnEllipsis) {
  EXPECT_EQ(Shorten("geometric", 5), "geom…");
  EXPECT_EQ(Shorten("loss", 4), "loss");
}

TEST(TextTest, ShorteningNeverSplitsAWideCharacter) { EXPECT_EQ(Shorten("数数数", 4), "数…"); }

}  // namespace
}  // namespace geometer::client
