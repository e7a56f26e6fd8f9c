#include "worker/trainer/sources/published.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/geometry/datasets/cifar.h"
#include "worker/geometry/datasets/digits.h"
#include "worker/geometry/datasets/idx.h"
#include "worker/trainer/sources/source_files.h"
#include "worker/trainer/sources/svhn.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;
using geometry::Examples;
using RawOrStatus = absl::StatusOr<geometry::RawDataset>;
using ExamplesOrStatus = absl::StatusOr<Examples>;

absl::StatusOr<SourceFiles> Read(const fs::path& folder, const std::vector<std::string>& names) {
  return SourceFiles::Read(folder, names,
                           absl::StrCat("to get it: deploy/data.sh ", folder.filename().string()));
}

// A data set of pictures, whose test examples come from `test_file`.
RawOrStatus Assemble(const fs::path& folder, const ExamplesOrStatus& train,
                     const ExamplesOrStatus& test, const geometry::NamedBytes& test_file) {
  if (!train.ok()) return train.status();
  if (!test.ok()) return test.status();
  if (train->inputs[0].sizes() != test->inputs[0].sizes()) {
    constexpr size_t kSizeOffset = 8;  // only IDX files say a size
    return geometry::Malformed(test_file, kSizeOffset, "the size of the training pictures",
                               "another size");
  }
  geometry::RawDataset data{folder.filename(), *train, *test};
  data.maximum = 255;
  return data;
}

RawOrStatus WithClasses(RawOrStatus data, int64_t classes) {
  if (data.ok()) data->classes = classes;
  return data;
}

// The split's name in file names, and its labels.
std::pair<std::string, geometry::LabelRange> EmnistPart(v1::EmnistSplit split) {
  switch (split) {
    case v1::EMNIST_SPLIT_LETTERS:
      return {"letters", {.classes = 26, .first = 1}};
    case v1::EMNIST_SPLIT_DIGITS:
      return {"digits", {.classes = 10}};
    default:
      return {"balanced", {.classes = 47}};
  }
}

}  // namespace

RawOrStatus ReadDigits(const fs::path& folder) {
  const auto files = Read(folder, {"digits.csv.gz"});
  if (!files.ok()) return files.status();
  return geometry::ParseDigits((*files)[0]);
}

RawOrStatus ReadMnist(const fs::path& folder) {
  const auto files = Read(folder, {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                                   "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"});
  if (!files.ok()) return files.status();
  const SourceFiles& f = *files;
  return WithClasses(Assemble(folder, geometry::ParseIdx(f[0], f[1], {}),
                              geometry::ParseIdx(f[2], f[3], {}), f[2]),
                     10);
}

RawOrStatus ReadEmnist(const fs::path& folder, v1::EmnistSplit split) {
  const auto [name, labels] = EmnistPart(split);
  const std::string prefix = absl::StrCat("emnist-", name, "-");
  const auto files =
      Read(folder, {prefix + "train-images-idx3-ubyte.gz", prefix + "train-labels-idx1-ubyte.gz",
                    prefix + "test-images-idx3-ubyte.gz", prefix + "test-labels-idx1-ubyte.gz"});
  if (!files.ok()) return files.status();
  const SourceFiles& f = *files;
  return WithClasses(Assemble(folder, geometry::ParseEmnist(f[0], f[1], labels),
                              geometry::ParseEmnist(f[2], f[3], labels), f[2]),
                     labels.classes);
}

RawOrStatus ReadCifar10(const fs::path& folder) {
  const auto files =
      Read(folder, {"data_batch_1.bin.gz", "data_batch_2.bin.gz", "data_batch_3.bin.gz",
                    "data_batch_4.bin.gz", "data_batch_5.bin.gz", "test_batch.bin.gz"});
  if (!files.ok()) return files.status();
  const SourceFiles& f = *files;
  return WithClasses(Assemble(folder, geometry::ParseCifar10({f[0], f[1], f[2], f[3], f[4]}),
                              geometry::ParseCifar10({f[5]}), f[5]),
                     10);
}

RawOrStatus ReadCifar100(const fs::path& folder, v1::Cifar100Labels labels) {
  const auto files = Read(folder, {"train.bin.gz", "test.bin.gz"});
  if (!files.ok()) return files.status();
  const bool coarse = labels == v1::CIFAR100_LABELS_COARSE;
  const auto kind = coarse ? geometry::Cifar100Labels::kCoarse : geometry::Cifar100Labels::kFine;
  return WithClasses(Assemble(folder, geometry::ParseCifar100((*files)[0], kind),
                              geometry::ParseCifar100((*files)[1], kind), (*files)[1]),
                     coarse ? 20 : 100);
}

RawOrStatus ReadSvhn(const fs::path& folder) {
  const auto files = Read(folder, {"train_32x32.mat", "test_32x32.mat"});
  if (!files.ok()) return files.status();
  return WithClasses(Assemble(folder, ParseSvhn((*files)[0]), ParseSvhn((*files)[1]), (*files)[1]),
                     10);
}

}  // namespace geometer::trainer
