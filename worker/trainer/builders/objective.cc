#include "worker/trainer/builders/objective.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/contract/data_facts.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/hinge.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/objectives/morse.h"

namespace geometer::trainer {

namespace {

absl::StatusOr<geometry::MorseKernelKind> ToKind(v1::MorseKernel kernel) {
  switch (kernel) {
    case v1::MORSE_KERNEL_GAUSSIAN:
      return geometry::MorseKernelKind::kGaussian;
    case v1::MORSE_KERNEL_LAPLACE:
      return geometry::MorseKernelKind::kLaplace;
    case v1::MORSE_KERNEL_CAUCHY:
      return geometry::MorseKernelKind::kCauchy;
    case v1::MORSE_KERNEL_STUDENT:
      return geometry::MorseKernelKind::kStudent;
    case v1::MORSE_KERNEL_RATIONAL:
      return geometry::MorseKernelKind::kRational;
    default:
      return absl::InvalidArgumentError("objective.morse.kernel: not known to this trainer");
  }
}

// The mean output of the fresh network over the training split, [1, k], float64.
at::Tensor MeanOutput(const FreshNetwork& fresh, const geometry::SplitExamples& training) {
  constexpr int64_t kChunk = 250;
  const geometry::Variables start = fresh.model->Initialize(fresh.seed, at::kDouble);
  const geometry::Network network{fresh.model, start.parameters, start.buffers};
  at::Tensor sum;
  for (int64_t first = 0; first < training.size(); first += kChunk) {
    const int64_t end = std::min(first + kChunk, training.size());
    const at::Tensor inputs = training.Take(at::arange(first, end, at::kLong)).inputs;
    const at::Tensor outputs =
        network.Forward(inputs.to(at::kDouble), geometry::Mode::kEvaluation).output.sum(0, true);
    sum = sum.defined() ? sum + outputs : outputs;
  }
  return sum / static_cast<double>(training.size());
}

absl::StatusOr<at::Tensor> TargetsOf(const v1::MorseObjective& spec, const geometry::Dataset& data,
                                     const FreshNetwork& fresh) {
  switch (spec.targets()) {
    case v1::MORSE_TARGETS_ORIGIN:
      return at::zeros({1, spec.dimension()}, at::kDouble);
    case v1::MORSE_TARGETS_CLASSES:
      return geometry::ClassTargets(data.classes, spec.radius());
    case v1::MORSE_TARGETS_INITIAL_MEAN:
      if (fresh.model != nullptr) return MeanOutput(fresh, data.train);
      return absl::InvalidArgumentError(
          "objective.morse.targets: initial_mean must be the loss of a network that is trained");
    default:
      return absl::InvalidArgumentError("objective.morse.targets: not known to this trainer");
  }
}

absl::StatusOr<std::unique_ptr<geometry::Objective>> Morse(const v1::MorseObjective& spec,
                                                           const geometry::Dataset& data,
                                                           const FreshNetwork& fresh) {
  const auto kind = ToKind(spec.kernel());
  if (!kind.ok()) return kind.status();
  auto targets = TargetsOf(spec, data, fresh);
  if (!targets.ok()) return targets.status();
  return geometry::MakeMorse({.kernel = {*kind, spec.bandwidth(), spec.shape()},
                              .targets = *std::move(targets),
                              .noise_weight = spec.noise_weight(),
                              .loss = spec.loss() == v1::MORSE_LOSS_POSTERIOR
                                          ? geometry::MorseLoss::kPosterior
                                          : geometry::MorseLoss::kDensity});
}

}  // namespace

int64_t OutputsOf(const v1::Objective& spec, const geometry::Dataset& data) {
  if (spec.has_morse() && !contract::HasClassTargets(spec.morse())) return spec.morse().dimension();
  return data.classes > 0 ? data.classes : data.train.targets().size(1);
}

absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    const geometry::Dataset& data,
                                                                    FreshNetwork network) {
  const absl::string_view labelled = contract::LabelLossName(spec);
  if (!labelled.empty() && data.classes == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("objective.", labelled, ": needs classes, got values"));
  }
  switch (spec.loss_case()) {
    case v1::Objective::kCrossEntropy:
      return geometry::MakeCrossEntropy(spec.cross_entropy().label_smoothing());
    case v1::Objective::kHinge:
      return geometry::MakeHinge();
    case v1::Objective::kMeanSquaredError:
      return geometry::MakeMeanSquaredError();
    case v1::Objective::kMorse:
      return Morse(spec.morse(), data, network);
    case v1::Objective::LOSS_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("objective: no loss that this trainer knows");
}

}  // namespace geometer::trainer
