#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/curvature.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct TraceOptions {
  Curvature curvature = Curvature::kHessian;
  int64_t sketch = 8;       // directions treated exactly, at two products each; may be 0
  double tolerance = 0.01;  // on the trace's standard error, relative
  int64_t max_products = 100;
};

// Of a curvature matrix C of the mean loss over the sample:
//   "trace"                    tr C, loss / parameter²
//   "squared_frobenius_norm"   ‖C‖_F², its square
//   "frobenius_norm"           its root, with the standard error to first order
// each with a standard error over the random directions, whose number is `samples`.
//
// Hutch++: the columns of Q, an orthonormal basis of C·S for random S, count exactly; the rest is
// sampled by directions z of random signs with y = C(I − QQᵀ)z, which serve both:
//   tr C = tr QᵀCQ + E[zᵀ(I − QQᵀ)y],   ‖C‖_F² = ‖CQ‖_F² + E‖y‖².
// Without bias for any Q that does not depend on z. Directions are added, at least 8, until the
// trace is as exact as asked for or the products are spent; `converged` tells which. A warm start
// is the product CQ of the measurement before, and saves that of S.
// Source: Hutchinson 1989; Meyer, Musco, Musco, Woodruff 2021. Cost: per product as hessian_top.
// Memory: two vectors of parameters per direction of the sketch.
std::unique_ptr<Probe> MakeTraceProbe(const TraceOptions& options);

}  // namespace geometer::geometry
