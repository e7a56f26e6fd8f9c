#pragma once

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::geometry {

// Parses a pair of IDX files as MNIST and Fashion-MNIST use them: uint8 images (magic 0x803) and
// labels (magic 0x801) below `classes`. Inputs are uint8 [N, 1, height, width], targets int64 [N].
// DataLoss, naming the file and the offset, for anything else, trailing bytes included.
absl::StatusOr<Examples> ParseIdx(const NamedBytes& images, const NamedBytes& labels,
                                  int64_t classes);

}  // namespace geometer::geometry
