#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"
#include "worker/geometry/examples.h"

namespace geometer::geometry {

// Parse files of the binary versions of CIFAR-10 and CIFAR-100, one after another: records of
// labels and 3 planes (red, green, blue) of 32×32 bytes. Any whole number of records ≥ 1 is
// accepted. Inputs are uint8 [N, 3, 32, 32], targets int64 [N].
// DataLoss, naming the file and the offset, for anything else.

// Records of 3,073 bytes: a label 0–9.
absl::StatusOr<Examples> ParseCifar10(const std::vector<NamedBytes>& files);

// Which of a record's two labels are the targets.
enum class Cifar100Labels {
  kCoarse,  // 20 superclasses
  kFine,    // 100 classes
};

// Records of 3,074 bytes: a coarse label 0–19, a fine label 0–99.
absl::StatusOr<Examples> ParseCifar100(const NamedBytes& file, Cifar100Labels labels);

}  // namespace geometer::geometry
