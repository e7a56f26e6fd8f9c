#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct GameJacobianOptions {
  int64_t k = 2;              // eigenvalues
  double tolerance = 1e-3;    // on ‖Jv − μv‖/|μ| of each
  int64_t max_products = 60;  // per measurement
};

// The derivative J of what a simultaneous round moves both players by, (−αh·∂L_1/∂φ, −λh·∂L_2/∂θ),
// on the sample and as many latents, not symmetric (MG J.1.8):
//   "eigenvalue_real", "eigenvalue_imaginary", index 0 … k−1   its eigenvalues μ, those of largest
//                                                              |1 + μ| first
//   "spectral_radius"   the largest |1 + μ|: above 1, such rounds leave a fixed point
// `samples` is the number of products spent. An eigenvalue that was not found is NaN.
// Arnoldi from noise (arnoldi.h). Cost: per product about three backward passes of both losses,
// whose gradients' graphs are kept, over the whole sample at once.
std::unique_ptr<Probe> MakeGameJacobianProbe(const GameJacobianOptions& options);

}  // namespace geometer::geometry
