#pragma once

#include <cstdint>

#include "proto/concurrency/mutex.h"

namespace geometer::worker {

// Lets a test wait for a condition without sleeping: whatever can make it true counts a change.
class Changes {
 public:
  void Count() {
    MutexLock lock(mutex_);
    ++count_;
    changed_.NotifyAll();
  }

  // Looks at the condition now and after every change, without a lock.
  template <typename Condition>
  void Await(Condition condition) {
    for (uint64_t seen = count(); !condition(); seen = AwaitBeyond(seen)) {
    }
  }

 private:
  uint64_t count() {
    MutexLock lock(mutex_);
    return count_;
  }
  uint64_t AwaitBeyond(uint64_t seen) {
    MutexLock lock(mutex_);
    while (count_ == seen) changed_.Wait(mutex_);
    return count_;
  }

  Mutex mutex_;
  CondVar changed_;
  uint64_t count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace geometer::worker
