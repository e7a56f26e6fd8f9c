#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// "parameter_norm": ‖θ‖₂ over all parameters, biases and normalisation included; and "coordinate",
// index 0 … `coordinates` − 1: θ_0, θ_1, … in the order of the model's parameters, as many as there
// are. Reads no data.
std::unique_ptr<Probe> MakeParameterNormProbe(int64_t coordinates = 0);

}  // namespace geometer::geometry
