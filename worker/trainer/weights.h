#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "worker/geometry/models/model.h"

namespace geometer::trainer {

struct WeightsOptions {
  bool output = true;  // take the output layer; else keep that of `fresh`
};

// Returns the variables of `model` that the safetensors file at `path` holds under their state_dict
// names, as a network written by PyTorch or by WriteWeights does, in the dtypes and on the device
// of `fresh`. Whatever is not there with its shape is an error, and so is a tensor that the network
// does not have, but for the output layer and the counts of batches of normalisations.
//
// NotFound, DataLoss: as ReadSafetensors. InvalidArgument, naming the file and the tensor: one is
// missing (with the nearest name that is there), has another shape or is not known.
absl::StatusOr<geometry::Variables> ReadWeights(const std::filesystem::path& path,
                                                const geometry::Model& model,
                                                const geometry::Variables& fresh,
                                                const WeightsOptions& options = {});

}  // namespace geometer::trainer
