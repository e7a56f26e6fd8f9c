#pragma once

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"
#include "worker/geometry/examples.h"

namespace geometer::trainer {

// Parses a file of SVHN's cropped digits: pictures X (32 × 32 × 3 × N) and labels y (N × 1) from 1
// to 10, where 10 means 0. Inputs are uint8 [N, 3, 32, 32], targets int64 [N].
// DataLoss, naming the file and the offset, for anything else.
absl::StatusOr<geometry::Examples> ParseSvhn(const geometry::NamedBytes& file);

}  // namespace geometer::trainer
