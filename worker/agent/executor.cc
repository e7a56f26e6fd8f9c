#include "worker/agent/executor.h"

#include <utility>

namespace geometer::worker {

void Executor::PostAfter(std::chrono::milliseconds delay, Task task) {
  MutexLock lock(mutex_);
  tasks_.emplace(Clock::now() + delay, std::move(task));
  changed_.NotifyOne();
}

void Executor::Run() {
  while (const Task task = Next()) task();
}

void Executor::Stop() {
  MutexLock lock(mutex_);
  stopped_ = true;
  changed_.NotifyOne();
}

// Waits for the next task that is due; empty once stopped.
Executor::Task Executor::Next() {
  MutexLock lock(mutex_);
  while (!stopped_) {
    if (tasks_.empty()) {
      changed_.Wait(mutex_);
    } else if (const auto due = tasks_.begin()->first; due > Clock::now()) {
      changed_.WaitUntil(mutex_, due);
    } else {
      return std::move(tasks_.extract(tasks_.begin()).mapped());
    }
  }
  return nullptr;
}

}  // namespace geometer::worker
