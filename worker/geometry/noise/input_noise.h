#pragma once

#include <memory>

#include "worker/geometry/noise/noise.h"

namespace geometer::geometry {

// x ← x + e, e ~ N(0, strength²·I) in the normalised inputs. On a squared loss Σ(f − y)² it adds
// strength²·(‖J‖² + (f − y)·Δf) per example to the expected loss, Δ the Laplacian in the inputs,
// up to fourth order (GC 3.7, T5); on a mean over K outputs a Kth of it.
std::unique_ptr<Noise> MakeInputNoise();

}  // namespace geometer::geometry
