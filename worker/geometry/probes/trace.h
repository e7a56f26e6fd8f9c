#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/curvature.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct TraceOptions {
  Curvature curvature = Curvature::kHessian;
  int64_t sketch = 16;  // directions treated exactly, at a product each; may be 0, and at most half
                        // of max_products are taken
  double tolerance = 0.01;  // on the trace's standard error, relative
  int64_t max_products = 100;
};

// Of a curvature matrix C of the mean loss over the sample:
//   "trace"                    tr C, loss / parameter²
//   "squared_frobenius_norm"   ‖C‖_F², its square
//   "frobenius_norm"           its root, with the standard error to first order
// each with a standard error over the random directions, whose number is `samples`.
//
// The columns of Q, an orthonormal basis of the Krylov space of C and random signs, count exactly;
// the rest is sampled by directions z of random signs with y = C(I − QQᵀ)z, which serve both:
//   tr C = tr QᵀCQ + E[zᵀ(I − QQᵀ)y],   ‖C‖_F² = ‖CQ‖_F² + E‖y‖².
// Without bias for any Q that does not depend on z, but for what stopping early adds. It takes the
// outliers of the spectrum as the sketch of Hutch++ does, at half the products. Directions are
// added until there are 8 and the trace is as exact as asked for, or the products are spent;
// `converged` tells which.
// Source: GD 8.2; Hutchinson 1989; Meyer, Musco, Musco, Woodruff 2021; Chen, Hallman 2023. Cost:
// per product as hessian_top. Memory: a vector of parameters per direction of the sketch, and the
// products with four more.
std::unique_ptr<Probe> MakeTraceProbe(const TraceOptions& options);

}  // namespace geometer::geometry
