#include "worker/trainer/batches.h"

#include <ATen/ops/arange.h>

#include <algorithm>

#include "worker/geometry/random.h"

namespace geometer::trainer {
namespace {

bool IsFull(const Task& task) { return task.batches.size == task.data.train.size(); }

// Whether preparing its batches is more than a copy.
bool TakesWork(const Task& task) {
  return !task.data.train.is_ready() || !task.augmentation.empty();
}

}  // namespace

Batches::Batches(const Training& training) : training_(training) {
  for (const Task& task : training.tasks) {
    orders_.emplace_back(training.seed, task.batches, task.stream);
  }
  if (training.loading_threads > 0 && std::ranges::any_of(training.tasks, TakesWork)) {
    prefetcher_.emplace([this](int64_t step) { return Prepare(step); }, training.loading_threads,
                        training.total_steps);
  }
}

UpdateBatch Batches::At(int64_t step) {
  UpdateBatch batch = prefetcher_.has_value() ? prefetcher_->At(step) : Prepare(step);
  for (TaskBatch& part : batch) part.examples = part.examples.To(training_.options.device());
  return batch;
}

at::Tensor Batches::IndicesAt(size_t task, int64_t visit) {
  const Task& of = training_.tasks[task];
  if (IsFull(of)) return at::arange(of.data.train.size(), at::kLong);
  const MutexLock lock(mutex_);
  return orders_[task].At(visit);
}

geometry::Examples Batches::Prepare(size_t task, int64_t visit) {
  const Task& of = training_.tasks[task];
  if (of.augmentation.empty()) {
    return IsFull(of) ? of.data.train.All() : of.data.train.Take(IndicesAt(task, visit));
  }
  const auto draws = geometry::MakeGenerator(training_.seed, "augmentation" + of.stream,
                                             visit / of.batches.substeps);
  return of.data.train.Take(IndicesAt(task, visit),
                            geometry::DrawViews(of.batches.size, of.augmentation, draws));
}

UpdateBatch Batches::Prepare(int64_t step) {
  UpdateBatch batch;
  for (const int64_t task : training_.plan.TasksAt(step)) {
    const auto index = static_cast<size_t>(task);
    batch.push_back({index, Prepare(index, training_.plan.VisitsBefore(task, step))});
  }
  return batch;
}

}  // namespace geometer::trainer
