#pragma once

#include "absl/status/statusor.h"
#include "geometer/v1/dataset.pb.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::trainer {

// Data sets that are made, by streams of `seed`, or given in the job. InvalidArgument: a function
// that this trainer does not know.
absl::StatusOr<geometry::RawDataset> Make(const v1::FunctionDataset& spec, uint64_t seed);
geometry::RawDataset Make(const v1::PointsDataset& spec);
geometry::RawDataset Make(const v1::TwoMoonsDataset& spec, uint64_t seed);
geometry::RawDataset Make(const v1::CirclesDataset& spec, uint64_t seed);
geometry::RawDataset Make(const v1::GaussianClassesDataset& spec, uint64_t seed);
geometry::RawDataset Make(const v1::GaussianModesDataset& spec, uint64_t seed);
geometry::RawDataset Make(const v1::LinearTeacherDataset& spec, uint64_t seed);

}  // namespace geometer::trainer
