#include "worker/geometry/random.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randperm.h>

#include <string>

namespace geometer::geometry {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): advances `state` and returns a well mixed word.
uint64_t NextWord(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t Mix(uint64_t hash, uint64_t value) {
  uint64_t state = hash ^ value;
  return NextWord(state);
}

// FNV-1a.
uint64_t Hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3u;
  return hash;
}

// The generator's own seeding keeps 32 bits of a seed; filling its state keeps all 64.
at::mt19937 MakeEngine(uint64_t state) {
  at::mt19937_data_pod data;
  data.seed_ = state;
  data.left_ = 1;
  data.seeded_ = true;
  data.next_ = 0;
  for (uint32_t& word : data.state_) word = static_cast<uint32_t>(NextWord(state) >> 32);
  at::mt19937 engine;
  engine.set_data(data);
  return engine;
}

}  // namespace

at::Generator MakeGenerator(uint64_t seed, std::string_view stream, uint64_t index) {
  const uint64_t state = Mix(Mix(Mix(0, seed), Hash(stream)), index);
  at::Generator generator = at::detail::createCPUGenerator(state);
  at::check_generator<at::CPUGeneratorImpl>(generator)->set_engine(MakeEngine(state));
  return generator;
}

at::Generator RandomSource::Generator(std::string_view stream) const {
  if (part == 0) return MakeGenerator(seed, stream, step);
  return MakeGenerator(seed, std::string(stream) + "/" + std::to_string(part), step);
}

at::Tensor Permutation(int64_t n, const at::Generator& generator) {
  return at::randperm(n, generator, at::kLong);
}

}  // namespace geometer::geometry
