#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/concurrency/mutex.h"
#include "worker/geometry/batch_order.h"
#include "worker/geometry/examples.h"
#include "worker/trainer/prefetcher.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// The training examples of each update, on the run's device: of each task that the update is on,
// its next batch in the order of its plan. A batch of the whole split is the split in its own
// order. Pictures are augmented (stream "augmentation", index the batch, so that substeps share
// one).
//
// Batches that must be converted or augmented are prepared on the CPU by the run's loading threads,
// some steps ahead; ready examples are copied by the caller (README.md says why).
class Batches {
 public:
  // Borrows `training`.
  explicit Batches(const Training& training);

  // The batch of the update after `step` completed ones: a function of the seed and `step` alone.
  UpdateBatch At(int64_t step) EXCLUDES(mutex_);

 private:
  at::Tensor IndicesAt(size_t task, int64_t visit) EXCLUDES(mutex_);
  geometry::Examples Prepare(size_t task, int64_t visit) EXCLUDES(mutex_);
  UpdateBatch Prepare(int64_t step) EXCLUDES(mutex_);

  const Training& training_;
  Mutex mutex_;
  std::vector<geometry::BatchOrder> orders_ GUARDED_BY(mutex_);  // of the tasks
  std::optional<Prefetcher> prefetcher_;                         // its threads end first
};

}  // namespace geometer::trainer
