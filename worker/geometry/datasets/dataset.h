#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "worker/geometry/examples.h"

namespace geometer::geometry {

// A data set as its files hold it, before splitting and normalising.
struct RawDataset {
  std::string name;
  Examples train;  // inputs uint8 [N, channels, height, width], targets int64 [N]
  Examples test;   // the official test split, same layout
  int64_t classes = 0;
  double maximum = 0;  // the input value that means 1.0: 255 for images, 16 for digits
};

// The map from raw inputs to what the network sees: (x/maximum − mean) / deviation, a value per
// channel. Input gradients scale by 1/deviation, so it belongs to the record of a run.
struct Normalization {
  std::vector<double> mean;
  std::vector<double> deviation;
  double maximum = 1;  // the raw value that means 1.0
};

// A data set ready for training, on the CPU.
struct Dataset {
  std::string name;
  int64_t classes = 0;  // 0 for regression, where targets are [N, K]
  Examples train;
  Examples validation;
  Examples test;
  Normalization normalization;  // one 0 and one 1 where inputs are used as they are
};

}  // namespace geometer::geometry
