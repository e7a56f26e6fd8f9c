#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct ModifiedLossOptions {
  int64_t batch_size = 32;   // B; all of a smaller sample is one batch
  bool third_order = false;  // the terms of order h² in the field too
};

// What descent with a finite rate h minimises instead of the loss E that is stepped
// (stepped_loss.h), with g and H its gradient and Hessian:
//   "stepped_loss"              E
//   "implicit_penalty"          c‖g‖², c that of the optimizer's form (stability.h); descent on the
//                               whole sample, or on batches drawn with replacement
//   "modified_loss"             E + c‖g‖²
//   "implicit_penalty_shuffled" (h/4)·mean ‖g_B‖² over the batches of B examples, with its standard
//                               error: each batch once per epoch, in random order
//   "modified_loss_shuffled"    E and that; both for plain descent only. A remainder of the sample
//                               is in no batch and so left out of all
//   "flow_term_hessian"         (h/2)‖Hg‖: the first correction of gradient flow
//   "flow_term_hessian_squared" (h²/3)‖H²g‖, and
//   "flow_term_third_derivative" (h²/12)‖D³E[g, g]‖: the second, with `third_order`
//
// Source: GD 1.2, 2, 3.1, 7. The weights λ/4 of explicit penalties on ‖g_B‖² add to h/4 (GD 3.2).
// Cost: a forward and backward pass for the batches, one with its graph for the whole, one product;
// for the third order one more and a third derivative.
std::unique_ptr<Probe> MakeModifiedLossProbe(const ModifiedLossOptions& options = {});

}  // namespace geometer::geometry
