#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>

namespace geometer::geometry {

// In which order a run visits its batches (GD 3.1, 3.2, 9).
enum class Order {
  kShuffled,     // a random order of the examples each epoch, cut into batches
  kReversed,     // the same batches, each epoch's last one first
  kPalindromic,  // a random order every second epoch; the other epochs visit its batches backwards
  kReplacement,  // batches of one random cut, each drawn afresh with replacement
  kFixed,        // batches of one random cut, in the same order each epoch
};

// How the training split is cut.
struct BatchPlan {
  int64_t examples = 0;  // in the split
  int64_t size = 0;      // examples per batch, at most `examples`; what is left over is dropped
  Order order = Order::kShuffled;
  int64_t substeps = 1;      // consecutive updates with each batch
  int64_t accumulation = 1;  // equal parts that a batch is evaluated in

  int64_t BatchesPerEpoch() const { return examples / size; }
  int64_t StepsPerEpoch() const { return BatchesPerEpoch() * substeps; }
};

// The examples of each update: a function of (seed, stream, step) alone. Remembers the order of the
// last epoch that it was asked for, so not thread-safe.
class BatchOrder {
 public:
  // `stream` is what its streams end in ("order", "order/draw"), to tell several orders apart.
  BatchOrder(uint64_t seed, const BatchPlan& plan, std::string stream = "")
      : seed_(seed), plan_(plan), stream_(std::move(stream)) {}

  // The indices of the batch of the update after `step` completed ones: shape [size], int64, CPU.
  at::Tensor At(int64_t step);

 private:
  struct Place {
    int64_t permutation;  // index of the random order
    int64_t batch;        // within it
  };
  Place PlaceOf(int64_t batch) const;

  const uint64_t seed_;
  const BatchPlan plan_;
  const std::string stream_;
  int64_t permutation_ = -1;  // that order_ is
  at::Tensor order_;
};

}  // namespace geometer::geometry
