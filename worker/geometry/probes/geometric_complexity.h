#pragma once

#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// "geometric_complexity": GC = (1/|D|) Σ_x ‖∂f(x)/∂x‖_F², f the logits, x the network's inputs (as
// normalised), with its standard error over examples. Exact; no ½, no division by K or d.
//
// Source: GC 2.1, 8.1. Cost: one forward and K backward passes.
std::unique_ptr<Probe> MakeGeometricComplexityProbe();

}  // namespace geometer::geometry
