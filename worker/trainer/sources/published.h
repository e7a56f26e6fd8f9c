#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "geometer/v1/dataset.pb.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::trainer {

// Data sets whose files everybody has, from a folder that holds them under their original names.
// NotFound: a file is missing; says which and the command that fetches it. DataLoss: a file is
// malformed; says which and where.

absl::StatusOr<geometry::RawDataset> ReadDigits(const std::filesystem::path& folder);

// MNIST, Fashion-MNIST and KMNIST, whose files have the same names.
absl::StatusOr<geometry::RawDataset> ReadMnist(const std::filesystem::path& folder);

absl::StatusOr<geometry::RawDataset> ReadEmnist(const std::filesystem::path& folder,
                                                v1::EmnistSplit split);

absl::StatusOr<geometry::RawDataset> ReadCifar10(const std::filesystem::path& folder);

absl::StatusOr<geometry::RawDataset> ReadCifar100(const std::filesystem::path& folder,
                                                  v1::Cifar100Labels labels);

absl::StatusOr<geometry::RawDataset> ReadSvhn(const std::filesystem::path& folder);

}  // namespace geometer::trainer
