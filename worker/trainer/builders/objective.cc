#include "worker/trainer/builders/objective.h"

#include <ATen/ops/zeros.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/contract/data_facts.h"
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

absl::StatusOr<std::unique_ptr<geometry::Objective>> Morse(const v1::MorseObjective& spec,
                                                           const geometry::Dataset& data) {
  const auto kind = ToKind(spec.kernel());
  if (!kind.ok()) return kind.status();
  geometry::MorseOptions options{.kernel = {*kind, spec.bandwidth(), spec.shape()}};
  options.targets = contract::HasClassTargets(spec)
                        ? geometry::ClassTargets(data.classes, spec.radius())
                        : at::zeros({1, spec.dimension()}, at::kDouble);
  options.noise_weight = spec.noise_weight();
  return geometry::MakeMorse(std::move(options));
}

}  // namespace

int64_t OutputsOf(const v1::Objective& spec, const geometry::Dataset& data) {
  if (spec.has_morse() && !contract::HasClassTargets(spec.morse())) return spec.morse().dimension();
  return data.classes > 0 ? data.classes : data.train.targets().size(1);
}

absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    const geometry::Dataset& data) {
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
      return Morse(spec.morse(), data);
    case v1::Objective::LOSS_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("objective: no loss that this trainer knows");
}

}  // namespace geometer::trainer
