#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "worker/geometry/datasets/normalization.h"
#include "worker/geometry/datasets/split_examples.h"
#include "worker/geometry/examples.h"

namespace geometer::geometry {

// A data set as its files hold it, or as it was made, before splitting and normalising.
//
// Inputs are uint8 or floating point, [N, columns] or [N, channels, height, width]; targets are
// int64 labels [N], or float64 values [N, K].
struct RawDataset {
  std::string name;
  Examples train;
  Examples test{};      // the official test split, or what is set aside as one
  int64_t classes = 0;  // 0: the targets are values
  double maximum = 1;   // the input value that means 1.0: 255 for images, 16 for digits
  // Of data that are made, whose splits are drawn one by one and taken whole, in their order.
  std::optional<Examples> validation{};
  bool in_file = false;  // the inputs are a mapped file, maybe larger than memory
};

// A data set ready for training, on the CPU.
struct Dataset {
  std::string name;
  int64_t classes = 0;  // 0 for regression, where targets are [N, K]
  SplitExamples train;
  SplitExamples validation;
  SplitExamples test;
  Normalization normalization;  // one 0 and one 1 where inputs are used as they are
};

}  // namespace geometer::geometry
