#include "client/rendering/progress.h"

#include <algorithm>
#include <cmath>

namespace geometer::client {

std::optional<double> Share(const v1::Job& job) {
  if (job.state() == v1::JOB_STATE_SUCCEEDED) return 1;
  if (job.state() == v1::JOB_STATE_QUEUED && job.progress().step() == 0) return 0;
  if (job.progress().total_steps() == 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(job.progress().step()) /
                           static_cast<double>(job.progress().total_steps()));
}

std::optional<double> SecondsLeft(const v1::Progress& progress, uint64_t resume_step) {
  if (progress.step() <= resume_step || progress.total_steps() < progress.step()) {
    return std::nullopt;
  }
  const auto left = static_cast<double>(progress.total_steps() - progress.step());
  return left * progress.elapsed_seconds() / static_cast<double>(progress.step() - resume_step);
}

std::string Bar(double share, int width) {
  static constexpr const char* kEighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
  const auto filled = static_cast<int>(std::floor(std::clamp(share, 0.0, 1.0) * 8 * width));
  std::string bar;
  for (int column = 0; column < width; ++column) {
    bar += kEighths[std::clamp(filled - 8 * column, 0, 8)];
  }
  return bar;
}

}  // namespace geometer::client
