#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/examples.h"
#include "worker/geometry/games/drift.h"
#include "worker/geometry/objectives/objective.h"
#include "worker/geometry/stability.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// One measured number, with what is needed to judge it.
struct Measurement {
  std::string quantity;                    // snake_case, such as "geometric_complexity"
  double value = 0;                        // NaN or ±Inf once training has diverged
  std::optional<int64_t> index{};          // place in a list, such as 0 for the largest eigenvalue
  std::optional<double> standard_error{};  // of a mean over examples or random directions
  std::optional<double> residual{};        // relative, of an iterative method
  std::optional<int64_t> samples{};        // examples, directions or products that were spent
  std::optional<bool> converged{};         // of an iterative method
};

// A second loss on the parameters of a subject's network, for a probe that compares two.
struct SecondLoss {
  const Model* model = nullptr;          // borrowed
  const Objective* objective = nullptr;  // borrowed
  Examples sample;
};

// A game, for a probe of games.
struct Match {
  const Game* game = nullptr;  // borrowed
  Profile at;                  // the players' parameters
  Pace pace;                   // of the round that the next update belongs to
  size_t player = 0;           // the one looked at
  // Of a GAN: the generator (borrowed), and the length of its latents.
  const Model* generator = nullptr;
  int64_t latents = 0;
};

// What a probe looks at.
struct Subject {
  Network network;
  const Objective* objective = nullptr;   // borrowed
  Examples sample;                        // fixed over a run, so that curves are comparable
  int64_t chunk_size = 1;                 // examples in memory at once; changes rounding only
  uint64_t seed = 0;                      // the job's
  int64_t step = 0;                       // completed updates
  double learning_rate = 0;               // h of the next update
  DescentForm descent{};                  // its form
  Normalization normalization{{0}, {1}};  // from the data set's inputs to the sample's
  std::optional<SecondLoss> second{};     // of another task
  std::optional<Match> match{};           // of a game, whose players have no `objective`
};

struct Reading {
  std::vector<Measurement> measurements;
  NamedTensors warm_start;  // to be handed to the probe's next measurement; often empty
};

// A measurement of a network on a fixed sample of data.
//
// Reads only: evaluation mode, randomness of its own (a function of seed and step), no gradient
// left behind, parameters and buffers bitwise as before. Every mean is over examples. A loss that
// is not finite gives NaN, never an error. Stateless: what helps the next measurement is returned
// and handed back explicitly, so that a checkpoint can hold it. Thread-safe.
class Probe {
 public:
  virtual ~Probe() = default;

  // `warm_start` is the previous Reading's, or empty. It affects cost and rounding, not meaning.
  virtual Reading Measure(const Subject& subject, const NamedTensors& warm_start) const = 0;
};

// The mean of `values` (a number per example, shape [N], float64), with its standard error (from
// the unbiased deviation; absent for one example) and N.
Measurement MeanOverExamples(std::string quantity, const at::Tensor& values);

}  // namespace geometer::geometry
