#include "worker/trainer/embedding.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "worker/geometry/models/model.h"
#include "worker/trainer/builders/model.h"
#include "worker/trainer/parent.h"
#include "worker/trainer/training.h"
#include "worker/trainer/weights.h"

namespace geometer::trainer {
namespace {

constexpr int64_t kChunk = 256;  // examples at a time

struct Trunk {
  std::unique_ptr<geometry::Model> model;
  geometry::Variables variables;
  at::TensorOptions options;
};

// The output layer is left aside: how many outputs it has, only the parent's own data tell.
absl::StatusOr<Trunk> ReadTrunk(const v1::Embedding& spec, size_t index, at::IntArrayRef shape,
                                const at::TensorOptions& options,
                                const std::filesystem::path& data_sets) {
  if (!spec.has_model()) {
    return absl::InvalidArgumentError(
        absl::StrCat("data[", index,
                     "].embedding.model: must be given where no server is asked, as "
                     "in job.yaml of a submitted job (`geometer artifacts get`), got none"));
  }
  auto model = BuildModel(spec.model(), shape.vec(), /*outputs=*/1);
  if (!model.ok()) return model.status();
  const auto file = FindWeights(spec.parent(), data_sets);
  if (!file.ok()) return file.status();
  auto variables =
      ReadWeights(*file, **model, (*model)->Initialize(/*seed=*/0, options), {.output = false});
  if (!variables.ok()) return NotFitting(spec.parent(), variables.status());
  return Trunk{*std::move(model), *std::move(variables), options};
}

// [N, p], on the CPU.
at::Tensor FeaturesOf(const Trunk& trunk, const geometry::SplitExamples& split) {
  geometry::ExampleRows rows(split.size());
  for (int64_t begin = 0; begin < split.size(); begin += kChunk) {
    const at::Tensor indices = at::arange(begin, std::min(begin + kChunk, split.size()), at::kLong);
    const at::Tensor inputs = split.Take(indices).inputs.to(trunk.options);
    const geometry::ForwardResult result = trunk.model->Forward(
        trunk.variables.parameters, trunk.variables.buffers, inputs, geometry::Mode::kEvaluation);
    rows.Append(result.activations.back().tensor.flatten(1).to(at::kCPU));
  }
  return rows.all();
}

using Scales = std::map<std::string, geometry::Normalization>;  // by the digest of the weights

// The first rows of a network that are asked for set the scale of all.
absl::StatusOr<at::Tensor> Standardized(const at::Tensor& features, const std::string& network,
                                        Scales& scales) {
  if (!scales.contains(network)) {
    auto scale = geometry::FitNormalization(features, at::arange(features.size(0), at::kLong),
                                            /*maximum=*/1, {});
    if (!scale.ok()) return scale.status();
    scales.emplace(network, *std::move(scale));
  }
  return geometry::Normalized(features, scales.at(network), features.scalar_type());
}

absl::Status EmbedOne(const v1::Embedding& spec, const Trunk& trunk, Scales& scales,
                      geometry::Dataset& data) {
  for (geometry::SplitExamples* split : {&data.train, &data.validation, &data.test}) {
    if (split->size() == 0) continue;  // never that of training, which is the first
    absl::StatusOr<at::Tensor> features = FeaturesOf(trunk, *split);
    if (spec.standardize()) features = Standardized(*features, spec.parent().sha256(), scales);
    if (!features.ok()) return features.status();
    *split = geometry::Examples{*features, split->targets()};
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Embed(const v1::JobSpec& spec, const std::filesystem::path& data_sets,
                   std::vector<geometry::Dataset>& data) {
  const at::NoGradGuard no_gradients;
  Scales scales;
  for (size_t i = 0; i < data.size(); ++i) {
    const v1::Dataset& set = spec.data(static_cast<int>(i));
    if (!set.has_embedding()) continue;
    const auto trunk =
        ReadTrunk(set.embedding(), i, data[i].train.shape(), OptionsOf(spec), data_sets);
    if (!trunk.ok()) return trunk.status();
    absl::Status status = EmbedOne(set.embedding(), *trunk, scales, data[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace geometer::trainer
