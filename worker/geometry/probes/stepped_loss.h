#pragma once

#include "worker/geometry/landscape.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// The function whose gradient is stepped, as a landscape: the mean loss over the sample in
// evaluation mode, and (λ/2)‖θ‖² where weight decay is coupled. Penalties of regularizers are not
// in it. Borrows the subject's model and objective.
Landscape SteppedLoss(const Subject& subject);

// The parameters of `subject` as one vector, shape [m], float64.
at::Tensor Theta(const Subject& subject);

// `subject` with its network in float64, for what a trained network's float32 would drown in
// rounding. MeanLoss converts the sample, chunk by chunk.
Subject InDouble(const Subject& subject);

}  // namespace geometer::geometry
