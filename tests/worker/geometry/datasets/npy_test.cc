#include "worker/geometry/datasets/npy.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace geometer::geometry {
namespace {

std::string Npy(const std::string& header, const std::string& body, char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += {version, 0, static_cast<char>(header.size()), static_cast<char>(header.size() >> 8)};
  if (version == 2) bytes += {0, 0};
  return bytes + header + body;
}

// What numpy.save writes for numpy.array([[1, 2, 3]], dtype="<f4").
const std::string kFloats = Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }    \n",
                                std::string("\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40", 12));

std::string Shaped(const std::string& shape, size_t bytes = 6, const std::string& descr = "|u1") {
  return Npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n",
             std::string(bytes, 7));
}

TEST(NpyTest, ReadsFloats) {
  const auto array = ParseNpy({"x.npy", kFloats});
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_TRUE(at::equal(*array, at::tensor({1.0f, 2.0f, 3.0f}, at::kFloat).view({1, 3})));
}

TEST(NpyTest, ReadsEveryTypeAndShape) {
  EXPECT_EQ(ParseNpy({"", Shaped("(3, 2)")})->scalar_type(), at::kByte);
  EXPECT_EQ(ParseNpy({"", Shaped("(6,)")})->dim(), 1);
  EXPECT_EQ(ParseNpy({"", Shaped("()", 8, "<f8")})->dim(), 0);
  EXPECT_EQ(ParseNpy({"", Shaped("(0, 4)", 0)})->numel(), 0);
  const auto whole = ParseNpy({"", Shaped("(2,)", 16, "<i8")});
  EXPECT_EQ((*whole)[1].item<int64_t>(), 0x0707070707070707);
}

TEST(NpyTest, ReadsVersionTwo) {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
  EXPECT_TRUE(ParseNpy({"", Npy(header, "ab", 2)}).ok());
}

struct Refusal {
  const char* name;
  std::string bytes;
  std::string message;
};

class NpyRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(NpyRefusal, NamesTheFileAndTheOffset) {
  const absl::Status status = ParseNpy({"x.npy", GetParam().bytes}).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_EQ(status.message(), "x.npy: offset " + GetParam().message);
}

constexpr char kHeader[] = "10: expected ";

INSTANTIATE_TEST_SUITE_P(
    Malformed, NpyRefusal,
    testing::Values(
        Refusal{"Empty", "", "0: expected an array in NPY format, got other bytes"},
        Refusal{"MagicOnly", kFloats.substr(0, 8),
                "0: expected an array in NPY format, got other bytes"},
        Refusal{"Version9", Npy("", "abcdef", 9), "6: expected version 1 or 2, got 9"},
        Refusal{"HeaderCut", kFloats.substr(0, 40), "8: expected the length of the header, got 64"},
        Refusal{"BodyCut", kFloats.substr(0, kFloats.size() - 1),
                "74: expected the numbers of the array and nothing after them, got 11 bytes"},
        Refusal{"BodyLong", kFloats + "x",
                "74: expected the numbers of the array and nothing after them, got 13 bytes"},
        Refusal{"BigEndian", Shaped("(6,)", 6, ">f4"),
                std::string(kHeader) + "type |u1, <i8, <f4 or <f8, got another header"},
        Refusal{"Objects", Shaped("(6,)", 6, "|O"),
                std::string(kHeader) + "type |u1, <i8, <f4 or <f8, got another header"},
        Refusal{"Fortran", Npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }\n", "ab"),
                std::string(kHeader) + "C order, got another header"},
        Refusal{"NegativeSize", Shaped("(-1, -6)"),
                std::string(kHeader) + "a shape of at most 8 dimensions, got another header"},
        Refusal{"NineDimensions", Shaped("(1, 1, 1, 1, 1, 1, 1, 1, 6)"),
                std::string(kHeader) + "a shape of at most 8 dimensions, got another header"},
        Refusal{"OpenShape", Shaped("(6"),
                std::string(kHeader) + "a shape of at most 8 dimensions, got another header"},
        Refusal{"NoShape", Npy("{'descr': '|u1', 'fortran_order': False}", "ab"),
                std::string(kHeader) + "a shape of at most 8 dimensions, got another header"}),
    [](const auto& info) { return info.param.name; });

// Products that wrap around 64 bits must not pass for small ones.
TEST(NpyTest, AShapeThatOverflowsIsRefused) {
  for (const char* shape : {"(9223372036854775807, 9223372036854775807)",
                            "(4294967296, 4294967296, 6)", "(99999999999999999999,)"}) {
    EXPECT_TRUE(absl::IsDataLoss(ParseNpy({"x.npy", Shaped(shape)}).status())) << shape;
  }
}

// The largest product that wraps to the body's size: 2⁶⁴ + 6 elements of one byte.
TEST(NpyTest, AShapeThatWrapsToTheBodysSizeIsRefused) {
  EXPECT_TRUE(absl::IsDataLoss(ParseNpy({"x.npy", Shaped("(9223372036854775811, 2)")}).status()));
  EXPECT_TRUE(
      absl::IsDataLoss(ParseNpy({"x.npy", Shaped("(6148914691236517207, 2, 3)")}).status()));
}

}  // namespace
}  // namespace geometer::geometry
