#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace geometer::worker {

// How long to wait before trying again: twice as long after each failure, within limits.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  Backoff(Duration first, Duration longest) : first_(first), longest_(longest), next_(first) {}

  Duration Next() { return std::exchange(next_, std::min(2 * next_, longest_)); }
  void Reset() { next_ = first_; }

 private:
  const Duration first_;
  const Duration longest_;
  Duration next_;
};

}  // namespace geometer::worker
