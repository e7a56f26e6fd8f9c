#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace geometer::worker {

// Longest log line that is kept, in bytes; the rest of a longer one is dropped.
inline constexpr size_t kMaxLineBytes = 8 << 10;

// Returns `bytes` with every byte that is not part of well-formed UTF-8 replaced by '?'.
std::string ToUtf8(std::string_view bytes);

// Cuts what a process prints into lines that a LogLines record may hold.
class LineSplitter {
 public:
  // Returns the lines that `bytes` completes, without their newlines.
  std::vector<std::string> Add(std::string_view bytes);
  // Returns the unfinished last line, if there is one: the stream has ended.
  std::vector<std::string> Finish();

 private:
  void Extend(std::string_view part);

  std::string line_;
};

// Bounds the rate of log lines: kBurst at once, kPerSecond for long. Says how many it dropped.
class LineLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr double kBurst = 1000;
  static constexpr double kPerSecond = 100;

  // Returns those of `lines` that may pass at `now`; times must not go back.
  std::vector<std::string> Admit(std::vector<std::string> lines, Time now);

 private:
  double allowance_ = kBurst;
  Time last_ = Time::min();  // of the last call
  size_t dropped_ = 0;       // since the last line that passed
};

}  // namespace geometer::worker
