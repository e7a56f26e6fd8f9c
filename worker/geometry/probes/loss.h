#pragma once

#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// "loss": the objective's mean over the sample, with its standard error over examples; "accuracy":
// the fraction predicted correctly, in [0, 1], where targets are class labels.
// Cost: one forward pass.
std::unique_ptr<Probe> MakeLossProbe();

}  // namespace geometer::geometry
