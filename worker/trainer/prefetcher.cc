#include "worker/trainer/prefetcher.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <utility>

namespace geometer::trainer {

Prefetcher::Prefetcher(Prepare prepare, int threads, int64_t end)
    : prepare_(std::move(prepare)),
      most_(int64_t{2} * threads),
      end_(end),
      wanted_(end),
      next_(end) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

Prefetcher::~Prefetcher() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  room_.NotifyAll();
}

UpdateBatch Prefetcher::At(int64_t step) {
  TORCH_CHECK(step >= 0 && step < end_, "expected a step below ", end_, ", got ", step);
  Outcome outcome;
  {
    const MutexLock lock(mutex_);
    if (step != wanted_) Restart(step);
    while (!outcomes_.contains(step)) ready_.Wait(mutex_);
    outcome = std::move(outcomes_.extract(step).mapped());
    ++wanted_;
  }
  room_.NotifyAll();
  if (outcome.error != nullptr) std::rethrow_exception(outcome.error);
  return outcome.batch;
}

void Prefetcher::Restart(int64_t step) {
  outcomes_.clear();
  wanted_ = next_ = step;
  room_.NotifyAll();
}

bool Prefetcher::HasRoom() const { return next_ < std::min(wanted_ + most_, end_); }

Prefetcher::Outcome Prefetcher::Run(int64_t step) const try {
  return {prepare_(step), nullptr};
} catch (...) {
  return {{}, std::current_exception()};
}

void Prefetcher::Work() {
  while (true) {
    int64_t step = 0;
    {
      const MutexLock lock(mutex_);
      while (!stopping_ && !HasRoom()) room_.Wait(mutex_);
      if (stopping_) return;
      step = next_++;
    }
    Outcome outcome = Run(step);
    {
      const MutexLock lock(mutex_);
      // Else steps were asked for that don't follow, and nobody waits for this one any more.
      if (step >= wanted_ && step < next_) outcomes_[step] = std::move(outcome);
    }
    ready_.NotifyAll();
  }
}

}  // namespace geometer::trainer
