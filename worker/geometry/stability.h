#pragma once

#include <complex>

namespace geometer::geometry {

// The form of a descent update in PyTorch's convention:
//   g = ∇L + λθ;  v ← βv + (1 − τ)g;  θ ← θ − h·v, or θ ← θ − h(g + βv) with Nesterov
// where v = g if β = 0. Its learning rate h is kept apart, since it changes while a run runs.
struct DescentForm {
  double momentum = 0;   // β in [0, 1)
  double dampening = 0;  // τ in [0, 1); means nothing without momentum
  bool nesterov = false;
  double weight_decay = 0;  // λ ≥ 0, coupled
};

// Returns the z = h·λ₀ above which descent on a quadratic of curvature λ₀ diverges: 2 without
// momentum, 2(1 + β)/(1 − τ) with heavy ball, 2(1 + β)/(1 + 2β) with Nesterov (τ = 0).
//
// At the threshold an iterate only changes its sign: θ' = −θ, v' = −v. Put into the update, this is
// z·(1 − τ)/(1 + β) = 2 for heavy ball, and z·(1 + β(1 − τ)/(1 + β)) = 2 for Nesterov.
// Source: GD 7, binding conventions.
double StabilityThreshold(const DescentForm& form);

// Returns the c of the modified loss L + c·‖∇L‖² whose gradient flow, run 1/(1 − β) times as fast
// ((1 − τ)/(1 − β) with dampening), follows descent at rate `h` to the order h² over a fixed time,
// once the velocity has settled: h/4 without momentum, h(1 − τ)(1 + β)/(4(1 − β)²) with heavy ball,
// h(1 − β + 2β²)/(4(1 − β)²) with Nesterov (τ = 0).
//
// From the slow root r of the update on a quadratic, −log r = z/(1 − β) + 2cz²/(h(1 − β)) + O(z³).
// Source: GD 7, binding conventions; Nesterov's likewise.
double ImplicitPenalty(const DescentForm& form, double h);

// Returns α(z) = log(1 − z)/z, the principal flow's coefficient of an eigendirection with z = h·λ:
// dθ/dt = Σ_i α(hλ_i)(g·u_i)u_i. Real for z < 1; for z > 1 the imaginary part is π/z, the principal
// branch, so Re α > 0, growth, exactly where z > 2. α(0) = −1. At the singular point z = 1 it is
// −100, as in the paper's code. NaN for NaN.
// Source: GD 5.1, 5.6.
std::complex<double> PrincipalFlowCoefficient(double z);

}  // namespace geometer::geometry
