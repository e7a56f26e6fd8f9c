#pragma once

#include "proto/concurrency/mutex.h"

namespace geometer::worker {

// Lets one thread wait until another is through with an object. It may be destroyed as soon as Wait
// has returned. Thread-safe.
class Done {
 public:
  void Set() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    done_ = true;
    changed_.NotifyAll();
  }

  void Wait() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool done_ GUARDED_BY(mutex_) = false;
};

}  // namespace geometer::worker
