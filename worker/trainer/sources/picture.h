#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::trainer {

// Pixels of one byte per channel, row by row, the channels of a pixel side by side.
struct Picture {
  int64_t width = 0;
  int64_t height = 0;
  int64_t channels = 3;  // red, green, blue; or 1: grey
  std::vector<uint8_t> pixels;
};

// Decodes a PNG or JPEG file, told apart by its first bytes, into `channels` (1 or 3). Transparent
// pixels are seen on black.
// DataLoss, naming the file: it is neither, is damaged, or has more than 100 million pixels.
absl::StatusOr<Picture> DecodePicture(const geometry::NamedBytes& file, int64_t channels);

// Returns the picture as a square of `side` pixels, plane by plane, [channels, side, side]: its
// shorter side is scaled to `side` and the middle of the longer one cut out.
//
// Scaling averages over a triangle as wide as two pixels of the coarser grid, so that nothing is
// skipped when a picture shrinks; at its own size a picture stays as it is.
std::vector<uint8_t> FitSquare(const Picture& picture, int64_t side);

}  // namespace geometer::trainer
