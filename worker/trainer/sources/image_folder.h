#pragma once

#include <cstdint>
#include <filesystem>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::trainer {

struct ImageFolder {
  std::filesystem::path path;
  int64_t side = 224;    // of the squares that pictures become
  int64_t channels = 3;  // or 1: grey
  int threads = 1;       // that decode
};

// A data set of PNG and JPEG pictures, <path>/train/<class>/… and <path>/test/<class>/…; without
// the latter there are no test examples. Classes and pictures are in the order of their names.
// Inputs are uint8 [N, channels, side, side].
//
// Decodes once, into a file beside the folder whose name holds size, channels and a digest of all
// names, sizes and times of change; older ones of that size are deleted. The inputs are that file,
// mapped.
// NotFound: no such folder, or no pictures to train on. DataLoss: a picture can't be decoded, or a
// class has no training pictures; says which.
absl::StatusOr<geometry::RawDataset> OpenImageFolder(const ImageFolder& folder);

}  // namespace geometer::trainer
