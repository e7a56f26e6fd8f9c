#pragma once

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::geometry {

// Parses scikit-learn's digits.csv: 1,797 lines, an image each: 64 whole numbers 0–16 (8×8, row by
// row) and a label 0–9, separated by commas. The data have no official test split: one fixed
// permutation, the same for every seed, sets 500 lines aside as one.
// DataLoss, naming the file and the offset, for anything else.
absl::StatusOr<RawDataset> ParseDigits(const NamedBytes& file);

}  // namespace geometer::geometry
