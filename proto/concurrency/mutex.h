#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Clang's thread-safety annotations; nothing under other compilers.
#if defined(__clang__)
#define GEOMETER_ANNOTATE(x) __attribute__((x))
#else
#define GEOMETER_ANNOTATE(x)
#endif
#ifndef GUARDED_BY  // Debian's absl defines it too, alike
#define GUARDED_BY(x) GEOMETER_ANNOTATE(guarded_by(x))
#endif
#define REQUIRES(...) GEOMETER_ANNOTATE(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) GEOMETER_ANNOTATE(locks_excluded(__VA_ARGS__))
#ifndef NO_THREAD_SAFETY_ANALYSIS
#define NO_THREAD_SAFETY_ANALYSIS GEOMETER_ANNOTATE(no_thread_safety_analysis)
#endif

namespace geometer {

// std::mutex with thread-safety annotations: the only lock in this code base.
//
// Not absl::Mutex: Debian's absl is not instrumented, so ThreadSanitizer takes a correct
// absl::Mutex for a race.
class GEOMETER_ANNOTATE(capability("mutex")) Mutex {
 public:
  void Lock() GEOMETER_ANNOTATE(acquire_capability()) { mutex_.lock(); }
  void Unlock() GEOMETER_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class GEOMETER_ANNOTATE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) GEOMETER_ANNOTATE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() GEOMETER_ANNOTATE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable to wait on while holding a Mutex. Spurious wake-ups happen: wait in a loop.
class CondVar {
 public:
  void Wait(Mutex& mutex) REQUIRES(mutex) NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }

  // Returns false when `deadline` passed without a notification.
  bool WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      REQUIRES(mutex) NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool notified = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return notified;
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace geometer
