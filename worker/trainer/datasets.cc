#include "worker/trainer/datasets.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"
#include "worker/geometry/datasets/split.h"
#include "worker/trainer/sources/image_folder.h"
#include "worker/trainer/sources/made.h"
#include "worker/trainer/sources/own_files.h"
#include "worker/trainer/sources/published.h"
#include "worker/trainer/sources/source_files.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;
using Kind = geometry::NormalizationOptions::Kind;

geometry::NormalizationOptions ToOptions(const v1::Normalization& spec, bool made) {
  geometry::NormalizationOptions options;
  switch (spec.kind_case()) {
    case v1::Normalization::kPerChannel:
      options.kind = Kind::kPerChannel;
      break;
    case v1::Normalization::kGlobal:
      options.kind = Kind::kGlobal;
      break;
    case v1::Normalization::kNone:
      options.kind = Kind::kNone;
      break;
    case v1::Normalization::kGiven:
      options.kind = Kind::kGiven;
      options.mean.assign(spec.given().mean().begin(), spec.given().mean().end());
      options.deviation.assign(spec.given().deviation().begin(), spec.given().deviation().end());
      break;
    case v1::Normalization::KIND_NOT_SET:
      options.kind = made ? Kind::kNone : Kind::kPerChannel;
      break;
  }
  return options;
}

geometry::SplitOptions ToSplit(const v1::Dataset& spec, const DatasetOptions& options, bool made) {
  const auto [train, validation, test] = contract::SizesOf(spec);
  geometry::SplitOptions split;
  split.seed = options.seed;
  split.train = static_cast<int64_t>(train);
  split.validation = static_cast<int64_t>(validation);
  split.test = static_cast<int64_t>(test);
  split.dtype = options.dtype;
  split.classes.assign(spec.classes().begin(), spec.classes().end());
  split.corruption = spec.corruption();
  split.normalization = ToOptions(spec.normalization(), made);
  return split;
}

absl::StatusOr<geometry::RawDataset> Open(const v1::ImageFolderDataset& spec,
                                          const DatasetOptions& options) {
  return OpenImageFolder(
      {options.folder / spec.folder(), spec.size(), spec.grayscale() ? 1 : 3, options.threads});
}

// Pictures are needed where they are to be augmented.
absl::Status CheckFit(const v1::Dataset& spec, const geometry::Dataset& data) {
  if (!spec.has_augmentation() || data.train.shape().size() == 3) return absl::OkStatus();
  return absl::InvalidArgumentError("data.augmentation: needs pictures, got inputs of columns");
}

}  // namespace

DatasetLoader::RawOrStatus DatasetLoader::Keep(const fs::path& folder, const std::string& variant,
                                               const Parse& parse) {
  std::string identity = absl::StrCat(variant, "\n", IdentityOf(folder));
  if (!kept_.has_value() || kept_identity_ != identity) {
    kept_.reset();  // one data set at a time in memory
    auto raw = parse(folder);
    if (!raw.ok()) return raw;
    kept_ = *std::move(raw);
    kept_identity_ = std::move(identity);
  }
  return *kept_;
}

DatasetLoader::RawOrStatus DatasetLoader::Raw(const v1::Dataset& spec,
                                              const DatasetOptions& options) {
  const auto keep = [&](absl::string_view folder, const std::string& variant, const Parse& parse) {
    return Keep(options.folder / std::string(folder), variant, parse);
  };
  const uint64_t seed = options.seed;
  switch (spec.source_case()) {
    case v1::Dataset::kDigits:
      return keep("digits", "", ReadDigits);
    case v1::Dataset::kMnist:
    case v1::Dataset::kFashionMnist:
    case v1::Dataset::kKmnist:
      return keep(contract::SourceName(spec), "", ReadMnist);
    case v1::Dataset::kEmnist:
      return keep("emnist", contract::EnumName(spec.emnist().split()), [&](const fs::path& folder) {
        return ReadEmnist(folder, spec.emnist().split());
      });
    case v1::Dataset::kCifar10:
      return keep("cifar10", "", ReadCifar10);
    case v1::Dataset::kCifar100:
      return keep(
          "cifar100", contract::EnumName(spec.cifar100().labels()),
          [&](const fs::path& folder) { return ReadCifar100(folder, spec.cifar100().labels()); });
    case v1::Dataset::kSvhn:
      return keep("svhn", "", ReadSvhn);
    case v1::Dataset::kImageFolder:
      return Open(spec.image_folder(), options);
    case v1::Dataset::kCsv:
      return keep(spec.csv().folder(), spec.csv().ShortDebugString(),
                  [&](const fs::path& folder) { return ReadCsv(folder, spec.csv()); });
    case v1::Dataset::kNpy:
      return keep(spec.npy().folder(), spec.npy().ShortDebugString(),
                  [&](const fs::path& folder) { return ReadNpy(folder, spec.npy()); });
    case v1::Dataset::kFunction:
      return Make(spec.function(), seed);
    case v1::Dataset::kPoints:
      return Make(spec.points());
    case v1::Dataset::kTwoMoons:
      return Make(spec.two_moons(), seed);
    case v1::Dataset::kCircles:
      return Make(spec.circles(), seed);
    case v1::Dataset::kGaussianClasses:
      return Make(spec.gaussian_classes(), seed);
    case v1::Dataset::kGaussianModes:
      return Make(spec.gaussian_modes(), seed);
    case v1::Dataset::kLinearTeacher:
      return Make(spec.linear_teacher(), seed);
    case v1::Dataset::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("data: no source that this trainer knows");
}

absl::StatusOr<geometry::Dataset> DatasetLoader::Load(const v1::Dataset& spec,
                                                      const DatasetOptions& options) {
  const auto raw = Raw(spec, options);
  if (!raw.ok()) return raw.status();
  auto data = geometry::Split(*raw, ToSplit(spec, options, raw->validation.has_value()));
  if (!data.ok()) return data;
  if (absl::Status status = CheckFit(spec, *data); !status.ok()) return status;
  return data;
}

}  // namespace geometer::trainer
