#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::trainer {

// An array of bytes from a MATLAB file, the first dimension running fastest.
struct MatArray {
  std::string name;
  std::vector<int64_t> dimensions;
  std::string bytes;
};

// Parses the arrays of a MATLAB 5 file (little-endian, compressed or not) whose values are stored
// as unsigned bytes, as MATLAB does with whole numbers up to 255 of any class.
// DataLoss, naming the file and the offset, for anything else; never more than `max_bytes` are in
// memory for one array.
absl::StatusOr<std::vector<MatArray>> ParseMat(const geometry::NamedBytes& file, size_t max_bytes);

}  // namespace geometer::trainer
