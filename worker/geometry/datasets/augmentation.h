#pragma once

#include <ATen/core/Generator.h>

#include <cstdint>
#include <vector>

namespace geometer::geometry {

// How a picture is seen: shifted by whole pixels, with black entering at the borders, then maybe
// mirrored left to right. The default is the picture itself.
struct View {
  int64_t down = 0;   // row y shows row y + down
  int64_t right = 0;  // column x shows column x + right
  bool mirrored = false;
};

struct Augmentation {
  int64_t padding = 0;  // black pixels around a picture, out of which its own size is cropped
  bool flip = false;    // mirror every second picture, by chance

  bool empty() const { return padding == 0 && !flip; }
};

// Draws the views of `count` pictures: `down` and `right` uniform in −padding … padding, mirrored
// with probability ½. Each example has the same draws whichever options are on.
std::vector<View> DrawViews(int64_t count, const Augmentation& options,
                            const at::Generator& generator);

}  // namespace geometer::geometry
