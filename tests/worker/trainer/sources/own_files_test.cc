#include "worker/trainer/sources/own_files.h"

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

v1::NpyDataset NpySpec(uint32_t classes, uint32_t test = 0) {
  v1::NpyDataset spec;
  spec.set_class_count(classes);
  spec.set_test(test);
  return spec;
}

const std::string kLabels = Npy("|u1", "(4,)", std::string("\0\1\2\1", 4));

// Writes both arrays and reads them.
absl::StatusOr<geometry::RawDataset> Read(const std::string& inputs, const std::string& targets,
                                          const v1::NpyDataset& spec) {
  const TemporaryFolder folder;
  WriteBytes(folder / "inputs.npy", inputs);
  WriteBytes(folder / "targets.npy", targets);
  return ReadNpy(folder.path(), spec);
}

TEST(OwnFilesTest, ArraysOfBytesArePicturesOrColumnsUpTo255) {
  const auto data = Read(Npy("|u1", "(4, 1, 2, 3)", RandomBytes(24, 1)), kLabels, NpySpec(3, 1));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->maximum, 255);
  EXPECT_EQ(data->classes, 3);
  EXPECT_THAT(data->train.inputs.sizes().vec(), ElementsAre(3, 1, 2, 3));
  EXPECT_EQ(data->test.size(), 1);
}

TEST(OwnFilesTest, TargetsAreValuesWhereNoClassesAreAskedFor) {
  const auto data = Read(Npy("<f4", "(4,)", std::string(16, '\0')), kLabels, NpySpec(0));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->maximum, 1);
  EXPECT_THAT(data->train.inputs.sizes().vec(), ElementsAre(4, 1));
  EXPECT_EQ(data->train.targets.scalar_type(), at::kDouble);
  EXPECT_THAT(data->train.targets.sizes().vec(), ElementsAre(4, 1));
}

TEST(OwnFilesTest, TargetsThatDoNotFitAreRefusedByName) {
  const std::string inputs = Npy("|u1", "(4, 3)", RandomBytes(12, 1));
  const auto message = [&](const std::string& targets, uint32_t classes) {
    return std::string(Read(inputs, targets, NpySpec(classes)).status().message());
  };
  EXPECT_THAT(message(kLabels, 2), HasSubstr("targets.npy: offset 0: expected labels 0 to 1"));
  EXPECT_THAT(message(Npy("|u1", "(3,)", "abc"), 0), HasSubstr("expected 4 rows, one per input"));
  EXPECT_THAT(message(Npy("<f4", "(4,)", std::string(16, '\0')), 2),
              HasSubstr("expected one whole number per example"));
  EXPECT_THAT(message(Npy("<f8", "(4,)", std::string(32, '\xff')), 0), HasSubstr("finite"));
}

TEST(OwnFilesTest, ATableSetsTestExamplesAsideForGood) {
  const TemporaryFolder folder;
  WriteGzip(folder / "table.csv", "x,y\n1,10\n2,20\n3,30\n4,40\n");
  v1::CsvDataset spec;
  spec.set_test(1);
  const auto data = ReadCsv(folder.path(), spec);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->train.size(), 3);
  const double all = data->train.targets.sum().item<double>();
  EXPECT_EQ(all + data->test.targets.item<double>(), 100);
  EXPECT_EQ(data->test.targets.item<double>(), 10 * data->test.inputs.item<double>());
}

}  // namespace
}  // namespace geometer::trainer
