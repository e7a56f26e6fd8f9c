#pragma once

#include <string>
#include <vector>

namespace geometer::client {

// A curve in one line of at most `width` columns: "█▅▃▂▁▁". The heights span the finite values;
// a column shows the last value that falls on it, `!` where that is NaN or infinite. A constant
// curve is drawn at the bottom.
std::string Sparkline(const std::vector<double>& values, int width);

}  // namespace geometer::client
