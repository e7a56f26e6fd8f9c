#include "worker/trainer/safetensors.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include <cstring>
#include <fstream>

#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

// A file as an attacker or a broken disk may leave it.
std::string Bytes(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header + data;
}

absl::Status ReadBytes(const std::string& bytes) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file.safetensors") << bytes;
  return ReadSafetensors(folder / "file.safetensors").status();
}

TEST(SafetensorsTest, ReadsBackWhatItWrote) {
  const TemporaryFolder folder;
  const TensorFile file{{{"w", at::tensor({1.5, -2.0}, at::kDouble)},
                         {"n", at::ones({}, at::kLong)},
                         {"none", at::zeros({0, 3})}},
                        {{"step", "7"}}};
  ASSERT_TRUE(WriteSafetensors(folder / "f", file).ok());
  const TensorFile read = ReadSafetensors(folder / "f").value();
  EXPECT_EQ(read.metadata, file.metadata);
  ASSERT_EQ(read.tensors.size(), 3u);
  EXPECT_EQ(read.tensors[0].name, "w");
  EXPECT_TRUE(at::equal(read.tensors[0].tensor, file.tensors[0].tensor));
  EXPECT_EQ(read.tensors[1].tensor.item<int64_t>(), 1);
}

TEST(SafetensorsTest, WritesATransposedTensorInItsLogicalOrder) {
  const TemporaryFolder folder;
  const at::Tensor matrix = at::tensor({1., 2., 3., 4., 5., 6.}).view({2, 3});
  ASSERT_TRUE(WriteSafetensors(folder / "f", {{{"m", matrix.t()}}, {}}).ok());
  const TensorFile read = ReadSafetensors(folder / "f").value();
  EXPECT_TRUE(at::equal(read.tensors[0].tensor, matrix.t()));
}

TEST(SafetensorsTest, AMissingFileIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadSafetensors("/nonexistent/f").status()));
}

TEST(SafetensorsTest, AcceptsAFileWithoutTensors) { EXPECT_TRUE(ReadBytes(Bytes("{}", "")).ok()); }

TEST(SafetensorsTest, LeavesNoTemporaryFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteSafetensors(folder / "f", {{{"w", at::ones({2})}}, {}}).ok());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

class HostileSafetensorsTest : public testing::TestWithParam<std::string> {};

TEST_P(HostileSafetensorsTest, IsRefusedAsDamaged) {
  const absl::Status status = ReadBytes(GetParam());
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("file.safetensors"));
}

std::string Tensor(const std::string& entry, size_t bytes) {
  return Bytes("{\"a\":" + entry + "}", std::string(bytes, 'x'));
}

INSTANTIATE_TEST_SUITE_P(
    Files, HostileSafetensorsTest,
    testing::Values(
        "", "1234567", std::string(8, '\xff'), Bytes("{}", "x"), Bytes("", ""), Bytes("[]", ""),
        Bytes("{", ""), Bytes("{\"a\":", ""), Bytes(std::string(100000, '['), ""),
        Bytes("\xff\xfe", ""), Bytes("{\"__metadata__\":3}", ""),
        Bytes("{\"__metadata__\":{\"a\":1}}", ""), Tensor("3", 4), Tensor("{}", 4),
        Tensor(R"({"dtype":"F16","shape":[2],"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":3,"shape":[1],"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":"F32","shape":[1.0],"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]})", 0),
        Tensor(R"({"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,4]})", 4),
        Tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})", 4),
        Tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})", 4),
        Tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})", 8),
        Tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})", 3),
        Tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})", 5),
        Tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", 4),
        Bytes(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
              R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
              "xyz"),
        Bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
              R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
              "xyz")));

}  // namespace
}  // namespace geometer::trainer
