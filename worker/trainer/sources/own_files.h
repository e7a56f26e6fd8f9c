#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "geometer/v1/dataset.pb.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::trainer {

// The user's own tables and arrays, from a folder. Test examples are set aside from all.
// NotFound: a file is missing. DataLoss: a file is malformed; says which and where.

// `table.csv`, maybe compressed.
absl::StatusOr<geometry::RawDataset> ReadCsv(const std::filesystem::path& folder,
                                             const v1::CsvDataset& spec);

// `inputs.npy`, [N], [N, columns] or [N, channels, height, width]: pixels from 0 to 255 where they
// are uint8, else values; and `targets.npy`, [N] or [N, K]: whole numbers below the number of
// classes, or values where that is 0.
absl::StatusOr<geometry::RawDataset> ReadNpy(const std::filesystem::path& folder,
                                             const v1::NpyDataset& spec);

}  // namespace geometer::trainer
