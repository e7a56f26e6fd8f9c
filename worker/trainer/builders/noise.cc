#include "worker/trainer/builders/noise.h"

#include <utility>

#include "worker/geometry/noise/input_noise.h"
#include "worker/geometry/noise/label_noise.h"
#include "worker/geometry/noise/reference_noise.h"
#include "worker/geometry/noise/target_noise.h"

namespace geometer::trainer {
namespace {

absl::StatusOr<std::unique_ptr<geometry::Noise>> Reference(const v1::ReferenceNoise& spec,
                                                           const geometry::Dataset& data) {
  if (data.classes == 0)
    return absl::InvalidArgumentError("noise.reference: needs data with classes");
  const at::Tensor inputs = data.train.All().inputs;
  switch (spec.law()) {
    case v1::REFERENCE_LAW_BOX:
      return geometry::MakeReferenceNoise(geometry::ReferenceLaw::kBox, inputs);
    case v1::REFERENCE_LAW_GAUSSIAN:
      return geometry::MakeReferenceNoise(geometry::ReferenceLaw::kGaussian, inputs);
    case v1::REFERENCE_LAW_AROUND:
      return geometry::MakeReferenceNoise(geometry::ReferenceLaw::kAround, inputs);
    default:
      return absl::InvalidArgumentError("noise.reference.law: not known to this trainer");
  }
}

absl::StatusOr<std::unique_ptr<geometry::Noise>> BuildKind(const v1::Noise& spec,
                                                           const geometry::Dataset& data) {
  switch (spec.kind_case()) {
    case v1::Noise::kInputs:
      return geometry::MakeInputNoise();
    case v1::Noise::kLabels:
      if (data.classes < 2) {
        return absl::InvalidArgumentError("noise.labels: needs data with at least two classes");
      }
      return geometry::MakeLabelNoise(data.classes);
    case v1::Noise::kTargets:
      return geometry::MakeTargetNoise(data.classes);
    case v1::Noise::kReference:
      return Reference(spec.reference(), data);
    case v1::Noise::KIND_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("noise: no kind that this trainer knows");
}

}  // namespace

absl::StatusOr<ScheduledNoise> BuildNoise(const v1::Noise& spec, const geometry::Dataset& data) {
  auto noise = BuildKind(spec, data);
  if (!noise.ok()) return noise.status();
  auto schedule = BuildSchedule(spec.schedule());
  if (!schedule.ok()) return schedule.status();
  return ScheduledNoise{*std::move(noise), spec.strength(), *std::move(schedule)};
}

}  // namespace geometer::trainer
