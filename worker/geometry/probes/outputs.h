#pragma once

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// The outputs of the subject's network on `inputs`, [N, …], in evaluation mode, chunk by chunk: [N,
// K], float64.
at::Tensor OutputsOf(const Subject& subject, const at::Tensor& inputs);

}  // namespace geometer::geometry
