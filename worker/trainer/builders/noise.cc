#include "worker/trainer/builders/noise.h"

#include <utility>

#include "worker/geometry/noise/input_noise.h"
#include "worker/geometry/noise/label_noise.h"
#include "worker/geometry/noise/target_noise.h"

namespace geometer::trainer {
namespace {

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
