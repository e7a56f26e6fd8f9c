#pragma once

#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// "gradient_norm": ‖∇_θ L‖₂, the norm (not squared) of the gradient of the mean loss over the whole
// sample. Cost: one forward and one backward pass.
std::unique_ptr<Probe> MakeGradientNormProbe();

}  // namespace geometer::geometry
