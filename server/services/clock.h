#pragma once

#include <chrono>
#include <functional>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace geometer::server {

// Where the server takes its time from: `now` for what people read, `steady` for deadlines.
struct Clock {
  std::function<absl::Time()> now = [] { return absl::Now(); };
  std::function<std::chrono::steady_clock::time_point()> steady = [] {
    return std::chrono::steady_clock::now();
  };
};

}  // namespace geometer::server
