#include "server/services/sweeper.h"

#include <utility>

namespace geometer::server {

Sweeper::Sweeper(std::chrono::steady_clock::duration period, std::function<void()> sweep)
    : period_(period), sweep_(std::move(sweep)), thread_([this] { Loop(); }) {}

Sweeper::~Sweeper() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stopped_.NotifyAll();
  thread_.join();
}

void Sweeper::Loop() {
  while (true) {
    const auto next = std::chrono::steady_clock::now() + period_;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && stopped_.WaitUntil(mutex_, next)) {
      }
      if (stopping_) return;
    }
    sweep_();
  }
}

}  // namespace geometer::server
