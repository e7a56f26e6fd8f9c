#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "proto/concurrency/mutex.h"

namespace geometer::server {

// A thread that calls `sweep` once a `period` until destroyed.
class Sweeper {
 public:
  Sweeper(std::chrono::steady_clock::duration period, std::function<void()> sweep);
  ~Sweeper();

 private:
  void Loop();

  const std::chrono::steady_clock::duration period_;
  const std::function<void()> sweep_;
  Mutex mutex_;
  CondVar stopped_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace geometer::server
