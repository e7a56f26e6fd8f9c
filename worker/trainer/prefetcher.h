#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "proto/concurrency/mutex.h"
#include "worker/trainer/task.h"

namespace geometer::trainer {

// Prepares the batches of the next steps by threads of its own while the present one is used.
//
// What is returned is `prepare(step)` and nothing else, however many threads there are and in
// whichever order steps are asked for; only asking for consecutive steps is fast. At most twice as
// many batches as threads are held. At is for one thread; the destructor joins the others.
class Prefetcher {
 public:
  // A function of the step, called from several threads at once.
  using Prepare = std::function<UpdateBatch(int64_t step)>;

  // Steps from `end` on are never prepared. Starts with the first step that is asked for.
  Prefetcher(Prepare prepare, int threads, int64_t end);
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  // The batch of `step` < `end`; rethrows what preparing it threw.
  UpdateBatch At(int64_t step) EXCLUDES(mutex_);

 private:
  struct Outcome {
    UpdateBatch batch;
    std::exception_ptr error;
  };

  void Work() EXCLUDES(mutex_);
  Outcome Run(int64_t step) const;
  bool HasRoom() const REQUIRES(mutex_);
  void Restart(int64_t step) REQUIRES(mutex_);

  const Prepare prepare_;
  const int64_t most_;  // batches held
  const int64_t end_;

  Mutex mutex_;
  CondVar room_, ready_;
  std::map<int64_t, Outcome> outcomes_ GUARDED_BY(mutex_);
  int64_t wanted_ GUARDED_BY(mutex_);  // the step that will be asked for next
  int64_t next_ GUARDED_BY(mutex_);    // the next to be prepared
  bool stopping_ GUARDED_BY(mutex_) = false;

  std::vector<std::jthread> threads_;
};

}  // namespace geometer::trainer
