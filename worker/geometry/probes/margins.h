#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

enum class MarginStatistic { kMean, kMedian };

struct MarginBoundOptions {
  double poincare_constant = 0;  // ρ of the inputs' law; no default fits real data
  double delta = 0.05;           // probability of failure, in (0, 1)
};

struct MarginsOptions {
  std::vector<double> quantiles;  // each in [0, 1]
  double gamma = 1;               // margin from which the ramp loss is 0, in logits
  bool complexity = true;         // also the normalised complexities
  MarginStatistic statistic = MarginStatistic::kMedian;  // that they are normalised by
  std::optional<MarginBoundOptions> bound;
};

// The margins M = f_y − max_{i ≠ y} f_i of the logits over the sample, in units of logits:
//
//   margin_mean, margin_min, margin_median
//   margin_quantile      index = place in `quantiles`; linear interpolation
//   ramp_risk            mean of the ramp loss at γ, between the fractions with M ≤ 0 and M ≤ γ
//
// with `complexity`, GC being the geometric complexity and M̂ the chosen statistic, both over this
// same sample; NaN while M̂ is not positive:
//
//   geometric_complexity GC
//   gc_over_margin       GC/M̂, which scales as the logits do
//   sqrt_gc_over_margin  √GC/M̂, free of their scale
//   gc_over_margin2      GC/M̂², free of their scale
//
// with `bound`:
//
//   margin_bound         right side of the margin bound on the error rate: a heuristic number, no
//                        guarantee (margin.h)
//
// The excess risk needs two splits: it comes with the loss (trainer/measuring.h). Targets must be
// class labels.
//
// Source: GC 5. Cost: one forward pass; with `complexity` or `bound` one more and K backward ones.
std::unique_ptr<Probe> MakeMarginsProbe(const MarginsOptions& options);

}  // namespace geometer::geometry
