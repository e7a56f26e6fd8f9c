#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "worker/geometry/landscape.h"

namespace geometer::geometry {

// Models of a step of gradient descent, θ ↦ θ − h∇L(θ), in continuous time: dθ/dt = F(θ), whose
// solution after the time h comes close to the step. g and H are the gradient and Hessian of L.
enum class Flow {
  kGradient,    // F = −g; misses a step by O(h²)
  kModified,    // F = −(g + (h/2)Hg), that of L + (h/4)‖g‖²: implicit regularisation; O(h³)
  kThirdOrder,  // F = −(g + (h/2)Hg + h²(H²g/3 + D³L[g, g]/12)); O(h⁴)
  kPrincipal,  // F = α(hH)g, α(z) = log(1 − z)/z (stability.h): all powers of hH; O(h³), nothing
               // where H is constant
  kNonPrincipal,  // F = α(hH)g − (h²/12)D³L[g, g]; O(h⁴)
};

// A right side dθ/dt of an equation for θ, shape [m], float64. NaN where it has no value.
using VectorField = std::function<at::Tensor(const at::Tensor& theta)>;

// Returns F. The principal ones are NaN where an eigenvalue along g reaches h·λ = 1: there log(1 −
// hλ) becomes complex, and on a Hessian that varies its principal branch is the wrong one (GD 5.6);
// and where α(hH)g has not converged within `max_products` Hessian-vector products.
//
// Source: GD 1.2, 5.1, 5.6. Cost of a value in passes as long as a backward one (b) with a forward
// one each (f): gradient f + b; modified f + 3b; third order 2f + 8b; principal f + b + 2b for each
// product that MultiplyByFunction needs; non-principal f + 3b more.
VectorField MakeFlow(Flow flow, const Landscape& landscape, double h, int64_t max_products = 60);

// Solves dθ/dt = `field` from `theta` (shape [m], float64) for `time` in `steps` even steps of the
// classical Runge-Kutta method: an error of O(steps⁻⁴). Four values of the field a step.
at::Tensor Integrate(const VectorField& field, const at::Tensor& theta, double time, int64_t steps);

struct AdaptiveOptions {
  double tolerance = 1e-6;     // largest error of a step, as a Euclidean norm
  int64_t max_steps = 100000;  // accepted and refused
};

// Solves the same by Dormand and Prince's pair of orders 5 and 4: each step is as long as keeps the
// difference of the two within the tolerance; the higher order goes on. NaN where `max_steps` do
// not reach `time`, or no step is short enough. Six values of the field a step.
at::Tensor IntegrateAdaptively(const VectorField& field, const at::Tensor& theta, double time,
                               const AdaptiveOptions& options);

}  // namespace geometer::geometry
