#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Two losses L₁(θ), L₂(θ), each a sum over the same chunks: terms(i) evaluates the i-th term of
// both, shape [], attached to the parameters. They may share a forward pass. At least one chunk.
struct LossPair {
  int64_t chunks = 0;
  std::function<std::array<at::Tensor, 2>(int64_t)> terms;
};

// How two losses disturb each other's descent, at one θ; vectors of shape [m], float64.
struct Interference {
  std::array<at::Tensor, 2> gradients;  // g₁, g₂
  at::Tensor bracket;                   // [∇L₁, ∇L₂] = H₂g₁ − H₁g₂
  std::optional<at::Tensor> h2g1{};     // H₂g₁ alone
};

// Returns it at `params`, which must require gradients and be those that the terms are attached to.
// With `apart`, H₂g₁ too.
//
// A step on L₁ and then one on L₂ ends at θ₁₂; in the other order at θ₂₁; θ₁₂ − θ₂₁ = h²·bracket +
// O(h³), and L₁ gains h²·g₁ᵀH₂g₁ + O(h³) over the step on L₁ + L₂. The sign is that of [X, Y] =
// (DY)X − (DX)Y.
//
// Source: GD 4.1, 4.2. One chunk keeps its graph; several rebuild theirs once, so that memory is
// that of one chunk. Cost with one chunk: the forward pass or passes, two backward passes, and one
// pass over the graphs of both gradients, two when `apart`.
Interference Interfere(const LossPair& losses, const Tensors& params, bool apart);

}  // namespace geometer::geometry
