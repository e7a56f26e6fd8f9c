#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace geometer::client {

// A value and the step that it was measured at.
struct StepValue {
  uint64_t step;
  double value;
};

// A curve in one line of `width` columns that span the steps from 0 to `last_step`: "█▅▃▂▁▁". A
// column shows the last value up to its end: a space before the first one, `!` for one that is NaN
// or infinite. The heights span the finite values; a constant curve is drawn at the bottom.
// `points` are in order of step.
std::string Sparkline(const std::vector<StepValue>& points, uint64_t last_step, int width);

}  // namespace geometer::client
