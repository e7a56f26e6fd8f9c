#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// One of two losses: a mean over a part of the sample.
struct LossPart {
  std::vector<int64_t> classes{};                // whose examples are in it; all where empty
  std::shared_ptr<const Objective> objective{};  // null: the subject's
};

struct LieBracketOptions {
  // Both or none; without them the losses are the subject's and its second one or, where there is
  // none, those of the two halves of the sample.
  std::vector<LossPart> parts{};
  bool interference = true;  // what the first loss's step does to both
  bool measured = false;     // both orders of steps taken, beside what the bracket predicts
};

// How descent on one loss disturbs that on another, L₁ and L₂, at the rate h of the next update;
// g_i and H_i are their gradients and Hessians, b = [∇L₁, ∇L₂] = H₂g₁ − H₁g₂ (lie_bracket.h):
//   "loss_gradient_norm", index i     ‖g_i‖, i = 0 and 1
//   "conflict", "conflict_cosine"     g₁·g₂, and of the angle between them
//   "bracket_norm"                    ‖b‖
//   "relative_bracket"                (h/2)‖b‖ / ‖g₁ + g₂‖
//   "flatness_term", index i          (h/4)‖g_i‖² of the modified losses of both orders, and
//   "conflict_term"                   (h/2)g₁·g₂ of that of steps on the sum alone
//   "predicted_interference", index i h²·g_iᵀH₂g₁: L_i after a step on L₁ and then one on L₂, less
//                                     that after one on L₁ + L₂, up to O(h³)
//   "predicted_order_difference"      h²‖b‖, and
//   "order_difference_error"          ‖(θ₁₂ − θ₂₁) − h²b‖/‖h²b‖, which falls linearly in h, and
//   "order_difference"                ‖θ₁₂ − θ₂₁‖ of both orders of two steps; with `measured`, as
//   "measured_interference", index i  what is predicted
// Both are losses alone: neither penalties nor weight decay are in them. L₁ and L₂ add up: replace
// L_i by L_i/2 for their mean, and the bracket is a quarter.
//
// Throws std::invalid_argument where a part has no example. Source: GD 4.1, 4.2, 4.4. Cost:
// lie_bracket.h; where both parts are of all examples they share the forward pass.
std::unique_ptr<Probe> MakeLieBracketProbe(const LieBracketOptions& options = {});

}  // namespace geometer::geometry
