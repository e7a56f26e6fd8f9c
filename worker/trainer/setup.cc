#include "worker/trainer/setup.h"

#include <utility>
#include <vector>

#include "proto/contract/validate.h"
#include "worker/trainer/cuda.h"
#include "worker/trainer/embedding.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/parent.h"
#include "worker/trainer/weights.h"

namespace geometer::trainer {
namespace {

absl::Status Prepare(const v1::JobSpec& spec) {
  if (spec.resources().device() == v1::DEVICE_CUDA) {
    if (absl::Status status = OpenCuda(); !status.ok()) return status;
  }
  MakeDeterministic(static_cast<int>(spec.threads()));
  return absl::OkStatus();
}

absl::StatusOr<std::filesystem::path> Find(const v1::InitialWeights& weights,
                                           const std::filesystem::path& data_sets) {
  if (weights.has_parent()) return FindWeights(weights.parent(), data_sets);
  return data_sets / "weights" / weights.file();
}

}  // namespace

absl::StatusOr<Training> SetUp(const v1::JobSpec& spec, const std::filesystem::path& data_sets,
                               DatasetLoader& datasets) {
  if (const absl::Status status = contract::ToStatus(contract::Validate(spec)); !status.ok())
    return status;
  if (const absl::Status status = Prepare(spec); !status.ok()) return status;
  DatasetOptions options{data_sets, spec.seed()};
  options.threads = static_cast<int>(spec.resources().loading_threads());
  options.dtype = OptionsOf(spec).dtype().toScalarType();
  std::vector<geometry::Dataset> data;
  for (const v1::Dataset& set : spec.data()) {
    auto loaded = datasets.Load(set, options);
    if (!loaded.ok()) return loaded.status();
    data.push_back(*std::move(loaded));
  }
  if (absl::Status status = Embed(spec, data_sets, data); !status.ok()) return status;
  auto training = BuildTraining(spec, data);
  if (!training.ok() || !spec.learners(0).model().has_weights()) return training;
  const v1::InitialWeights& weights = spec.learners(0).model().weights();
  const auto file = Find(weights, data_sets);
  if (!file.ok()) return file.status();
  auto start = ReadWeights(*file, *training->model,
                           training->model->Initialize(training->seed, training->options),
                           {.output = weights.output()});
  if (!start.ok()) {
    return weights.has_parent() ? NotFitting(weights.parent(), start.status()) : start.status();
  }
  training->start = *std::move(start);
  return training;
}

}  // namespace geometer::trainer
