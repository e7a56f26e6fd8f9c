#pragma once

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::geometry {

// The labels that a file may hold: `first` … `first` + `classes` − 1, for the targets 0 … classes −
// 1.
struct LabelRange {
  int64_t classes = 10;
  int64_t first = 0;
};

// Parses a pair of IDX files as MNIST and its kin use them: uint8 images (magic 0x803) and labels
// (magic 0x801) in `range`. Inputs are uint8 [N, 1, height, width], targets int64 [N].
// DataLoss, naming the file and the offset, for anything else, trailing bytes included.
absl::StatusOr<Examples> ParseIdx(const NamedBytes& images, const NamedBytes& labels,
                                  const LabelRange& range);

// The same for EMNIST, whose images lie on their side: rows are columns. Turns them upright.
absl::StatusOr<Examples> ParseEmnist(const NamedBytes& images, const NamedBytes& labels,
                                     const LabelRange& range);

}  // namespace geometer::geometry
