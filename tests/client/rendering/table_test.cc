#include "client/rendering/table.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace geometer::client {
namespace {

std::string Render(const Table& table, TableFormat format) {
  return table.Render(format, Style(false));
}

Table NamesAndValues() {
  Table table({{"name", "NAME"}, {"value", "VALUE", true}});
  table.AddRow({{"数"}, {0.5}});
  table.AddRow({{"λmax"}, {12345.678}});
  return table;
}

TEST(TableTest, ColumnsAlignByDisplayWidth) {
  EXPECT_EQ(Render(NamesAndValues(), TableFormat::kTable),
            "NAME  VALUE\n"
            "数      0.5\n"
            "λmax  12346\n");
}

TEST(TableTest, ProgramsGetExactValues) {
  EXPECT_EQ(Render(NamesAndValues(), TableFormat::kCsv), "name,value\n数,0.5\nλmax,12345.678\n");
}

TEST(TableTest, JsonKeepsTypes) {
  Table table({{"id", "ID"}, {"ok", "OK"}, {"text", "TEXT"}, {"nothing", "NOTHING"}});
  table.AddRow({{int64_t{7}}, {true}, {"a\"b"}, {}});
  EXPECT_EQ(table.Json().dump(), R"([{"id":7,"ok":true,"text":"a\"b","nothing":null}])");
}

TEST(TableTest, JsonWritesNumbersThatAreNotFiniteAsStrings) {
  Table table({{"value", "VALUE"}});
  table.AddRow({{std::numeric_limits<double>::quiet_NaN()}});
  table.AddRow({{-std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(table.Json().dump(), R"([{"value":"NaN"},{"value":"-Infinity"}])");
}

TEST(TableTest, CsvQuotesWhatNeedsIt) {
  Table table({{"text", "TEXT"}});
  table.AddRow({{"a,\"b\"\n"}});
  EXPECT_EQ(Render(table, TableFormat::kCsv), "text\n\"a,\"\"b\"\"\n\"\n");
}

TEST(TableTest, PeopleNeverSeeRawControlCharacters) {
  Table table({{"text", "TEXT"}});
  table.AddRow({{"a\x1b[31m\nb"}});
  EXPECT_EQ(Render(table, TableFormat::kTable), "TEXT\na\\x1b[31m\\x0ab\n");
}

TEST(TableTest, EmptyOptionalColumnsAreHiddenFromPeopleOnly) {
  Table table({{"a", "A"}, {"b", "B", false, true}});
  table.AddRow({{"1"}, {}});
  EXPECT_EQ(Render(table, TableFormat::kTable), "A\n1\n");
  EXPECT_EQ(Render(table, TableFormat::kCsv), "a,b\n1,\n");
}

TEST(TableTest, ColumnsWithoutHeadingAreForProgramsOnly) {
  Table table({{"a", "A"}, {"exact", ""}});
  table.AddRow({{"1"}, {2.0}});
  EXPECT_EQ(Render(table, TableFormat::kTable), "A\n1\n");
}

TEST(TableTest, ColoursDoNotDisturbTheAlignment) {
  Table table({{"state", "STATE"}, {"id", "ID"}});
  table.AddRow({{.value = "ok", .tone = Tone::kGood}, {int64_t{1}}});
  EXPECT_EQ(table.Render(TableFormat::kTable, Style(true)),
            "\x1b[1mSTATE\x1b[0m  \x1b[1mID\x1b[0m\n\x1b[32mok\x1b[0m     1\n");
}

TEST(TableTest, AnEmptyTableIsItsHeading) {
  const Table table({{"a", "A"}});
  EXPECT_EQ(Render(table, TableFormat::kTable), "A\n");
  EXPECT_EQ(Render(table, TableFormat::kJson), "[]\n");
}

}  // namespace
}  // namespace geometer::client
