#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

// How well a score tells examples out of distribution from those in it; larger scores mean out.
struct Detection {
  double auroc = 0;        // P(out > in) + ½·P(out = in)
  double auroc_error = 0;  // its standard error, by DeLong's estimate
  double aupr_out = 0;     // average precision, those out positive
  double aupr_in = 0;      // those in positive, by the negative score
  double fpr95 = 0;        // share of those out below the threshold that keeps 95 % of those in
};

// `in` and `out`: scores of shapes [n] and [m], n, m ≥ 1, finite or infinite; NaN throws
// std::invalid_argument. Ties count one half in the AUROC, enter average precisions together, and
// count against FPR95. Chance is 0.5, m/(n + m), n/(n + m) and 0.95. Source: MG M1–M3.
Detection Detect(const at::Tensor& in, const at::Tensor& out);

}  // namespace geometer::geometry
