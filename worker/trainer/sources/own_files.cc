#include "worker/trainer/sources/own_files.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/datasets/csv.h"
#include "worker/geometry/datasets/npy.h"
#include "worker/geometry/datasets/split.h"
#include "worker/trainer/sources/source_files.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;
using geometry::Examples;
using geometry::NamedBytes;
using RawOrStatus = absl::StatusOr<geometry::RawDataset>;

constexpr char kRemedy[] = "put it into the worker's folder of data sets";

RawOrStatus Assemble(const fs::path& folder, const absl::StatusOr<Examples>& all, int64_t classes,
                     int64_t tests) {
  if (!all.ok()) return all.status();
  const auto [train, test] = geometry::SetTestsAside(*all, tests, "own_files/test");
  geometry::RawDataset data{folder.filename(), train, test, classes};
  data.maximum = all->inputs.scalar_type() == at::kByte ? 255 : 1;
  return data;
}

absl::Status Refuse(const NamedBytes& file, const std::string& expected, const at::Tensor& got) {
  return geometry::Malformed(file, 0, expected, absl::StrCat("shape ", at::str(got.sizes())));
}

// [N] becomes [N, 1]; whole numbers become float64.
absl::StatusOr<at::Tensor> Inputs(const NamedBytes& file) {
  auto array = geometry::ParseNpy(file);
  if (!array.ok()) return array.status();
  at::Tensor inputs = array->dim() == 1 ? array->unsqueeze(1) : *array;
  if ((inputs.dim() != 2 && inputs.dim() != 4) || inputs.numel() == 0) {
    return Refuse(file, "rows of columns, or of channels × height × width", *array);
  }
  return inputs.scalar_type() == at::kLong ? inputs.to(at::kDouble) : inputs;
}

// int64 [N] labels, or float64 [N, K] values.
absl::StatusOr<at::Tensor> Targets(const NamedBytes& file, int64_t classes) {
  auto array = geometry::ParseNpy(file);
  if (!array.ok()) return array.status();
  if (array->dim() != 1 && array->dim() != 2) return Refuse(file, "a row per example", *array);
  if (classes == 0) return (array->dim() == 1 ? array->unsqueeze(1) : *array).to(at::kDouble);
  const bool whole = array->scalar_type() == at::kLong || array->scalar_type() == at::kByte;
  if (!whole || array->numel() != array->size(0)) {
    return Refuse(file, "one whole number per example", *array);
  }
  const at::Tensor labels = array->flatten().to(at::kLong);
  if (labels.ge(0).logical_and(labels.lt(classes)).all().item<bool>()) return labels;
  return geometry::Malformed(file, 0, absl::StrCat("labels 0 to ", classes - 1), "others");
}

absl::Status CheckFinite(const NamedBytes& file, const at::Tensor& values) {
  if (at::isfinite(values).all().item<bool>()) return absl::OkStatus();
  return geometry::Malformed(file, 0, "finite numbers", "others");
}

absl::StatusOr<Examples> ParseArrays(const NamedBytes& inputs_file, const NamedBytes& targets_file,
                                     int64_t classes) {
  auto inputs = Inputs(inputs_file);
  if (!inputs.ok()) return inputs.status();
  auto targets = Targets(targets_file, classes);
  if (!targets.ok()) return targets.status();
  absl::Status finite = CheckFinite(inputs_file, *inputs);
  finite.Update(CheckFinite(targets_file, *targets));
  if (!finite.ok()) return finite;
  if (inputs->size(0) == targets->size(0)) {
    return Examples{*std::move(inputs), *std::move(targets)};
  }
  return Refuse(targets_file, absl::StrCat(inputs->size(0), " rows, one per input"), *targets);
}

}  // namespace

RawOrStatus ReadCsv(const fs::path& folder, const v1::CsvDataset& spec) {
  const auto files = SourceFiles::Read(folder, {"table.csv"}, kRemedy);
  if (!files.ok()) return files.status();
  const geometry::CsvOptions options{spec.target(), spec.class_count()};
  return Assemble(folder, geometry::ParseCsv((*files)[0], options), options.classes, spec.test());
}

RawOrStatus ReadNpy(const fs::path& folder, const v1::NpyDataset& spec) {
  const auto files = SourceFiles::Read(folder, {"inputs.npy", "targets.npy"}, kRemedy);
  if (!files.ok()) return files.status();
  const int64_t classes = spec.class_count();
  return Assemble(folder, ParseArrays((*files)[0], (*files)[1], classes), classes, spec.test());
}

}  // namespace geometer::trainer
