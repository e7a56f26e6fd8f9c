#pragma once

#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// "parameter_norm": ‖θ‖₂ over all parameters, biases and normalisation included. Reads no data.
std::unique_ptr<Probe> MakeParameterNormProbe();

}  // namespace geometer::geometry
