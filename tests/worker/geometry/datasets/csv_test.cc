#include "worker/geometry/datasets/csv.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace geometer::geometry {
namespace {

absl::StatusOr<Examples> Parse(const std::string& text, const CsvOptions& options = {}) {
  return ParseCsv({"table.csv", text}, options);
}

TEST(CsvTest, TheLastColumnIsTheTarget) {
  const auto examples = Parse("1,2,3\n-4.5,1e2,6\n");
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_TRUE(
      at::equal(examples->inputs, at::tensor({1.0, 2.0, -4.5, 100.0}, at::kDouble).view({2, 2})));
  EXPECT_TRUE(at::equal(examples->targets, at::tensor({3.0, 6.0}, at::kDouble).view({2, 1})));
}

TEST(CsvTest, AHeaderNamesTheTarget) {
  const auto examples = Parse("\"age\", size ,y\r\n1,2,3\r\n4,5,6", {.target = "size"});
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_TRUE(
      at::equal(examples->inputs, at::tensor({1.0, 3.0, 4.0, 6.0}, at::kDouble).view({2, 2})));
  EXPECT_TRUE(at::equal(examples->targets.flatten(), at::tensor({2.0, 5.0}, at::kDouble)));
}

TEST(CsvTest, WholeNumbersAreLabelsWhereClassesAreAskedFor) {
  const auto examples = Parse("0.5,0\n0.25,2.0\n", {.classes = 3});
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_TRUE(at::equal(examples->targets, at::tensor({0, 2}, at::kLong)));
}

struct Refusal {
  const char* name;
  std::string text;
  std::string message;
  CsvOptions options{};
};

class CsvRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(CsvRefusal, NamesTheFileAndTheOffset) {
  const absl::Status status = Parse(GetParam().text, GetParam().options).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_EQ(status.message(), "table.csv: offset " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, CsvRefusal,
    testing::Values(
        Refusal{"Empty", "", "0: expected at least 2 columns, got ''"},
        Refusal{"OneColumn", "1\n2\n", "0: expected at least 2 columns, got '1'"},
        Refusal{"HeaderOnly", "a,b\n", "4: expected a line of numbers, got none"},
        Refusal{"ShortLine", "1,2\n3\n", "4: expected a line of 2 fields, got '3'"},
        Refusal{"LongLine", "1,2\n3,4,5\n", "4: expected a line of 2 fields, got '3'"},
        Refusal{"EmptyLine", "1,2\n\n3,4\n", "4: expected a line of 2 fields, got ''"},
        Refusal{"EmptyField", "1,2\n3,\n", "6: expected a finite number, got ''"},
        Refusal{"Text", "1,2\nx,4\n", "4: expected a finite number, got 'x'"},
        Refusal{"NotANumber", "1,2\nnan,4\n", "4: expected a finite number, got 'nan'"},
        Refusal{"Infinite", "1,2\n3,inf\n", "6: expected a finite number, got 'inf'"},
        Refusal{"Overflow", "1,2\n1e999,4\n", "4: expected a finite number, got '1e999'"},
        Refusal{"Zero", std::string("1,2\n3,\0\n", 8), "6: expected a finite number, got '\\x00'"},
        Refusal{"NoSuchColumn",
                "a,b\n1,2\n",
                "0: expected a header with the column 'y', got 'a'",
                {.target = "y"}},
        Refusal{"NoHeader",
                "1,2\n",
                "0: expected a header with the column 'y', got '1'",
                {.target = "y"}},
        Refusal{"Fraction", "1,0.5\n", "2: expected a label 0 to 1, got '0.5'", {.classes = 2}},
        Refusal{"LabelTooLarge", "1,2\n", "2: expected a label 0 to 1, got '2'", {.classes = 2}},
        Refusal{"Negative", "1,-1\n", "2: expected a label 0 to 1, got '-1'", {.classes = 2}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace geometer::geometry
