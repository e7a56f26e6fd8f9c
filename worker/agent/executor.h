#pragma once

#include <chrono>
#include <functional>
#include <map>

#include "proto/concurrency/mutex.h"

namespace geometer::worker {

// Runs tasks one after another on the thread that calls Run.
//
// Everything that the worker decides, it decides on that one thread: callbacks of gRPC and of the
// trainers' listeners only post tasks, so the deciding parts need no locks. Tasks must not block.
// The same thread spawns all trainers: their parent-death signal fires when it ends.
// Thread-safe.
class Executor {
 public:
  using Task = std::function<void()>;

  // Tasks run in the order of their times; equal ones in the order posted.
  void Post(Task task) { PostAfter(std::chrono::milliseconds(0), std::move(task)); }
  void PostAfter(std::chrono::milliseconds delay, Task task);

  // Returns after Stop; tasks that have not run by then never run.
  void Run();
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  Task Next();

  Mutex mutex_;
  CondVar changed_;
  std::multimap<Clock::time_point, Task> tasks_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace geometer::worker
