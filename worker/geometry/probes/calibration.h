#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// What turns outputs into probabilities of classes.
enum class ProbabilityForm {
  kPosterior,    // softmax of the class logits (Objective::ClassLogits)
  kBackground,   // of a Morse network: with a background class
  kTemperature,  // of a Morse network: its class logits at the temperature 1/max_y μ(x|y)
};

struct CalibrationOptions {
  ProbabilityForm form = ProbabilityForm::kPosterior;
  double background = 0.01;  // ε of kBackground
  int64_t bins = 15;
};

// How well a classifier's probabilities p(y|x) predict how often it is right (confidence.h):
//   "calibration_error"       in bins of equal width
//   "calibration_error_mass"  in bins of equally many examples
//   "nll"                     mean of −log p of the label, in nats
//   "brier"                   mean of Σ_y (p(y|x) − [y is the label])², in [0, 2]
//   "confidence"              mean of max_y p(y|x)
//   "accuracy"                share of examples whose most probable class is the label
// Targets must be labels; throws std::invalid_argument for kBackground and kTemperature of a
// network without densities. Source: MG I.1.7, I.1.8, M4. Cost: a forward pass.
std::unique_ptr<Probe> MakeCalibrationProbe(const CalibrationOptions& options);

}  // namespace geometer::geometry
