#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/games/game.h"

namespace geometer::geometry {

// What the discriminator D descends on data x and samples G(z); D is its one output (MG J.2.1).
enum class DiscriminatorLoss {
  kLogistic,        // mean softplus(−D(x)) + mean softplus(D(G(z)))
  kSquares,         // mean (D(x) − 1)² + mean D(G(z))²
  kSigmoidSquares,  // the same of the sigmoid of D
  kWasserstein,     // −mean D(x) + mean D(G(z))
};

// What the generator descends.
enum class GeneratorLoss {
  kZeroSum,  // minus what of the discriminator's loss depends on it: of kLogistic the saturating
             // one
  kNonSaturating,  // what the discriminator's loss would be on data, taken on samples
};

struct GanOptions {
  std::shared_ptr<const Model> discriminator;  // of one output
  std::shared_ptr<const Model> generator;      // from latents to as many numbers as an input has
  DiscriminatorLoss discriminator_loss = DiscriminatorLoss::kLogistic;
  GeneratorLoss generator_loss = GeneratorLoss::kZeroSum;
};

// A generative adversarial network. The generator's loss leaves out the term on data, which does
// not depend on it. Both models must have no buffers.
std::unique_ptr<Game> MakeGan(const GanOptions& options);

// Draws standard normal latents, [count, length], in float64, and rounds them to `options`.
at::Tensor DrawLatents(int64_t count, int64_t length, const at::Generator& generator,
                       const at::TensorOptions& options);

// What `generator` makes of `latents`, in the shape [N, …] of inputs of `shape`.
at::Tensor Generate(const Model& generator, at::TensorList parameters, const at::Tensor& latents,
                    at::IntArrayRef shape, const Pass& pass);

}  // namespace geometer::geometry
