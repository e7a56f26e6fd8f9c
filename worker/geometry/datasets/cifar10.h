#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::geometry {

// Parses files of CIFAR-10's binary version, one after another: records of 3,073 bytes, a label
// 0–9 and 3 planes (red, green, blue) of 32×32 bytes. Any whole number of records ≥ 1 is accepted.
// Inputs are uint8 [N, 3, 32, 32], targets int64 [N].
// DataLoss, naming the file and the offset, for anything else.
absl::StatusOr<Examples> ParseCifar10(const std::vector<NamedBytes>& files);

}  // namespace geometer::geometry
