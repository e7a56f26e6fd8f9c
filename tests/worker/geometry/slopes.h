#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace geometer::geometry {

// Expects that error(h) falls as h^order: the last three slopes over h = largest/2^k, k = 0 … 5,
// are within 0.1 of it (GD 1.4).
inline void ExpectOrder(double order, const std::function<double(double)>& error,
                        double largest = 0.1) {
  double before = 0;
  for (int k = 0; k <= 5; ++k) {
    const double now = error(largest / std::pow(2, k));
    if (k >= 3) {
      EXPECT_NEAR(std::log2(before / now), order, 0.1) << "k = " << k;
    }
    before = now;
  }
}

}  // namespace geometer::geometry
