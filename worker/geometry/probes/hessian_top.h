#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/curvature.h"
#include "worker/geometry/lanczos.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct HessianTopOptions {
  int64_t k = 1;              // eigenvalues
  double tolerance = 1e-3;    // on ‖Hv − λv‖/|λ| of every pair
  int64_t max_products = 60;  // products per measurement
  Curvature curvature = Curvature::kHessian;
  SpectrumEnd end = SpectrumEnd::kLargest;
};

// "eigenvalue", index 0 … k−1: the k algebraically largest (or smallest, outermost first)
// eigenvalues of a curvature matrix of the mean loss over the sample, in units of
// loss / parameter²; index 0 of the Hessian's largest is the sharpness. `samples` is
// the number of products spent. Always k measurements: an eigenvalue that does not exist (k above
// the number of parameters) or was not reached is NaN and not converged.
//
// Lanczos with full re-orthogonalisation; see lanczos.h. It starts from noise, to which
// a warm start adds as much of the eigenvectors found before: it saves products, and an eigenvalue
// that has risen past those tracked is still found.
// Source: GD 8.2, 11.8. Cost: per product about 1.4 forward-backward passes when the sample is one
// chunk (the first-order graph is kept), 2.5 when it is several (rebuilt chunk by chunk).
std::unique_ptr<Probe> MakeHessianTopProbe(const HessianTopOptions& options);

}  // namespace geometer::geometry
