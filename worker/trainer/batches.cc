#include "worker/trainer/batches.h"

#include <ATen/ops/arange.h>

#include "worker/geometry/random.h"

namespace geometer::trainer {

Batches::Batches(const Training& training)
    : training_(training), order_(training.seed, training.batches) {
  const bool takes_work = !training.data.train.is_ready() || !training.augmentation.empty();
  if (takes_work && training.loading_threads > 0) {
    prefetcher_.emplace([this](int64_t step) { return Prepare(step); }, training.loading_threads,
                        training.total_steps);
  }
}

geometry::Examples Batches::At(int64_t step) {
  const geometry::Examples batch = prefetcher_.has_value() ? prefetcher_->At(step) : Prepare(step);
  return batch.To(training_.options.device());
}

bool Batches::IsFull() const { return training_.batches.size == training_.data.train.size(); }

at::Tensor Batches::IndicesAt(int64_t step) {
  if (IsFull()) return at::arange(training_.data.train.size(), at::kLong);
  const MutexLock lock(mutex_);
  return order_.At(step);
}

geometry::Examples Batches::Prepare(int64_t step) {
  const geometry::SplitExamples& train = training_.data.train;
  if (training_.augmentation.empty()) {
    return IsFull() ? train.All() : train.Take(IndicesAt(step));
  }
  const auto draws =
      geometry::MakeGenerator(training_.seed, "augmentation", step / training_.batches.substeps);
  return train.Take(IndicesAt(step),
                    geometry::DrawViews(training_.batches.size, training_.augmentation, draws));
}

}  // namespace geometer::trainer
