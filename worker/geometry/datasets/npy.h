#pragma once

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::geometry {

// Parses an array of NumPy's NPY format, version 1 or 2: little-endian uint8, int64, float32 or
// float64 in C order, of at most 8 dimensions. The returned tensor has the array's type and shape
// and owns its memory.
// DataLoss, naming the file and the offset, for anything else, trailing bytes included.
absl::StatusOr<at::Tensor> ParseNpy(const NamedBytes& file);

}  // namespace geometer::geometry
