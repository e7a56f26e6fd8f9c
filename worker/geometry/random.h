#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace geometer::geometry {

// Randomness is stateless: a generator is a function of (seed, stream, index) and nothing else, so
// a resume, a new probe or another order of calls changes no other draw.
//
// `seed` is the job's; `stream` names the purpose ("shuffle", "initialize/0.weight"); `index` is
// the epoch or the step. Different triples give independent streams, and the numbers of a triple
// are the same on every machine: the generator lives on the CPU and callers move what they draw.
at::Generator MakeGenerator(uint64_t seed, std::string_view stream, uint64_t index = 0);

// Where one update draws from: equal for everything that is evaluated at that update, so that two
// gradients see the same randomness.
struct RandomSource {
  uint64_t seed = 0;  // the job's
  uint64_t step = 0;  // completed updates
  uint64_t part = 0;  // of a batch that is evaluated in parts

  at::Generator Generator(std::string_view stream) const;
};

// Returns a random order of 0 … n−1. Shape [n], int64, CPU.
at::Tensor Permutation(int64_t n, const at::Generator& generator);

}  // namespace geometer::geometry
