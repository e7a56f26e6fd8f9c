#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "geometer/v1/probe.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::trainer {

// A measurement, and what it looks at.
struct BuiltProbe {
  std::unique_ptr<geometry::Probe> probe;
  bool reads_data = true;
  bool compares = false;  // the losses of two tasks, where there are several
  bool of_match = false;  // of a whole game rather than of each player
  std::string outside{};  // name of the data set that it looks at beside the task's
};

// The probe of an explicit spec for a run on `data`. InvalidArgument: no quantity is given, or one
// that the data don't have.
absl::StatusOr<BuiltProbe> BuildProbe(const v1::Probe& spec, const geometry::Dataset& data);

}  // namespace geometer::trainer
