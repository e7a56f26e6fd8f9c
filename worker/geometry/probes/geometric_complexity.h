#pragma once

#include <memory>
#include <vector>

#include "worker/geometry/probes/complexity_output.h"
#include "worker/geometry/probes/jacobian_norms.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct GeometricComplexityOptions {
  ComplexityOutput output = ComplexityOutput::kLogits;
  JacobianNormOptions norms{};
  InputSpace space = InputSpace::kNormalised;
  std::vector<double> quantiles{};  // each in [0, 1]
  bool by_class = false;            // targets must be class labels then
  bool by_example = false;
  bool calibrate = false;  // normalise by the sample's statistics, not the running ones
};

// GC = (1/|D|) Σ_x ‖∂f(x)/∂x‖_F², f the chosen output, in units of output²/input²; no ½, no
// division by K or d. A quantity of each output:
//
//   geometric_complexity, probability_complexity, centred_complexity, embedding_complexity
//                         the mean, with its standard error over examples; for an estimate that
//                         counts the random draws too
//   …_median, …_max       over examples; of an exact method only, since those of noisy values are
//                         no estimates of them
//   …_quantile            as those, index = place in `quantiles`; linear interpolation
//   class_…               the mean over class = index; NaN for a class without an example
//   example_…             that of the sample's example = index, noisy as the method is
//   layer_complexity, layer_complexity_median, layer_complexity_max
//                         of every layer = index, the logits last; no quantiles, no classes
//   input_factor          ∂(what the network sees)/∂x of channel = index, unless they are the same
//
// Source: GC 2.1, 2.3, 2.6, 8. Cost: one forward pass and those of the method (jacobian_norms.h);
// with `calibrate` those of calibration.h; less for the logits of a plain chain of dense layers,
// whose Jacobians kAuto takes from a closed form.
std::unique_ptr<Probe> MakeGeometricComplexityProbe(const GeometricComplexityOptions& options = {});

}  // namespace geometer::geometry
