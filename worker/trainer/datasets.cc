#include "worker/trainer/datasets.h"

#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/geometry/datasets/cifar.h"
#include "worker/geometry/datasets/digits.h"
#include "worker/geometry/datasets/function_1d.h"
#include "worker/geometry/datasets/idx.h"
#include "worker/geometry/datasets/split.h"
#include "worker/trainer/files.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFileBytes = 64 << 20;  // decompressed; the largest known file has 47 MB
constexpr int64_t kClasses = 10;            // of every data set that has files

const std::vector<std::string> kDigitsFiles = {"digits.csv.gz"};
const std::vector<std::string> kIdxFiles = {
    "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz"};
const std::vector<std::string> kCifar10Files = {"data_batch_1.bin.gz", "data_batch_2.bin.gz",
                                                "data_batch_3.bin.gz", "data_batch_4.bin.gz",
                                                "data_batch_5.bin.gz", "test_batch.bin.gz"};

// The files of one data set, in memory.
class Files {
 public:
  static absl::StatusOr<Files> Read(const fs::path& folder, const std::vector<std::string>& names) {
    Files files;
    for (const std::string& name : names) {
      auto content = ReadGzip(folder / name, kMaxFileBytes);
      if (absl::IsNotFound(content.status())) return Missing(folder / name);
      if (!content.ok()) return content.status();
      files.paths_.push_back((folder / name).string());
      files.contents_.push_back(*std::move(content));
    }
    return files;
  }

  geometry::NamedBytes operator[](size_t i) const { return {paths_[i], contents_[i]}; }

 private:
  static absl::Status Missing(const fs::path& path) {
    return absl::NotFoundError(absl::StrCat(path.string(),
                                            " is missing; to get it: deploy/data.sh ",
                                            path.parent_path().filename().string()));
  }

  std::vector<std::string> paths_;
  std::vector<std::string> contents_;
};

using RawOrStatus = absl::StatusOr<geometry::RawDataset>;

RawOrStatus Assemble(const fs::path& folder, absl::StatusOr<geometry::Examples> train,
                     absl::StatusOr<geometry::Examples> test,
                     const geometry::NamedBytes& test_file) {
  if (!train.ok()) return train.status();
  if (!test.ok()) return test.status();
  if (train->inputs[0].sizes() != test->inputs[0].sizes()) {
    constexpr size_t kSizeOffset = 8;  // only IDX files say a size
    return geometry::Malformed(test_file, kSizeOffset, "the size of the training pictures",
                               "another size");
  }
  return geometry::RawDataset{folder.filename(), *std::move(train), *std::move(test), kClasses,
                              255};
}

RawOrStatus ParseIdxFiles(const fs::path& folder) {
  const auto files = Files::Read(folder, kIdxFiles);
  if (!files.ok()) return files.status();
  return Assemble(folder, geometry::ParseIdx((*files)[0], (*files)[1], {}),
                  geometry::ParseIdx((*files)[2], (*files)[3], {}), (*files)[2]);
}

RawOrStatus ParseCifar10Files(const fs::path& folder) {
  const auto files = Files::Read(folder, kCifar10Files);
  if (!files.ok()) return files.status();
  const Files& f = *files;
  return Assemble(folder, geometry::ParseCifar10({f[0], f[1], f[2], f[3], f[4]}),
                  geometry::ParseCifar10({f[5]}), f[5]);
}

RawOrStatus ParseDigitsFile(const fs::path& folder) {
  const auto files = Files::Read(folder, kDigitsFiles);
  if (!files.ok()) return files.status();
  return geometry::ParseDigits((*files)[0]);
}

// Name, size and time of last change of everything in `folder`: changes when a file does.
std::string Identity(const fs::path& folder) {
  std::string identity = folder.string();
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    absl::StrAppend(&identity, "\n", entry.path().string(), " ", entry.file_size(ignored), " ",
                    entry.last_write_time(ignored).time_since_epoch().count());
  }
  return identity;
}

absl::StatusOr<geometry::Function1d> ToFunction(v1::Function function) {
  switch (function) {
    case v1::FUNCTION_SINE:
      return geometry::Function1d::kSine;
    case v1::FUNCTION_STEP:
      return geometry::Function1d::kStep;
    case v1::FUNCTION_ABSOLUTE:
      return geometry::Function1d::kAbsolute;
    case v1::FUNCTION_CUBIC:
      return geometry::Function1d::kCubic;
    default:
      return absl::InvalidArgumentError("data.function.function: unknown");
  }
}

absl::StatusOr<geometry::Dataset> MakeFunction(const v1::FunctionDataset& spec,
                                               const DatasetOptions& options) {
  const auto function = ToFunction(spec.function());
  if (!function.ok()) return function.status();
  geometry::Function1dOptions made;
  made.function = *function;
  made.noise = spec.noise();
  made.sizes = {spec.train(), spec.validation(), spec.test()};
  made.seed = options.seed;
  geometry::SplitOptions split;
  split.dtype = options.dtype;
  split.normalization.kind = geometry::NormalizationOptions::Kind::kNone;
  return geometry::Split(geometry::MakeFunction1d(made), split);
}

// Digits, MNIST, Fashion-MNIST and CIFAR-10 declare their splits alike.
template <typename Source>
geometry::SplitOptions ToSplit(const Source& source, const DatasetOptions& options) {
  geometry::SplitOptions split{options.seed, source.train(), source.validation(), source.test()};
  split.dtype = options.dtype;
  return split;
}

}  // namespace

absl::StatusOr<geometry::Dataset> DatasetLoader::Read(const fs::path& folder, Parse* parse,
                                                      const geometry::SplitOptions& split) {
  std::string identity = Identity(folder);
  if (!kept_.has_value() || kept_identity_ != identity) {
    auto raw = parse(folder);
    if (!raw.ok()) return raw.status();
    kept_ = *std::move(raw);
    kept_identity_ = std::move(identity);
  }
  return geometry::Split(*kept_, split);
}

absl::StatusOr<geometry::Dataset> DatasetLoader::Load(const v1::Dataset& spec,
                                                      const DatasetOptions& options) {
  const auto read = [&](const char* name, Parse* parse, const auto& source) {
    return Read(options.folder / name, parse, ToSplit(source, options));
  };
  switch (spec.source_case()) {
    case v1::Dataset::kDigits:
      return read("digits", ParseDigitsFile, spec.digits());
    case v1::Dataset::kMnist:
      return read("mnist", ParseIdxFiles, spec.mnist());
    case v1::Dataset::kFashionMnist:
      return read("fashion_mnist", ParseIdxFiles, spec.fashion_mnist());
    case v1::Dataset::kCifar10:
      return read("cifar10", ParseCifar10Files, spec.cifar10());
    case v1::Dataset::kFunction:
      return MakeFunction(spec.function(), options);
    case v1::Dataset::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("data: no source that this trainer knows");
}

}  // namespace geometer::trainer
