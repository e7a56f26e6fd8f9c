#pragma once

namespace geometer::contract {

// The artifact that a job's trained network is, with the names of PyTorch's state_dict.
inline constexpr char kWeightsFile[] = "weights.safetensors";

// The folder, below that of data sets, where a worker keeps the weights of finished jobs, each
// under the SHA-256 of its bytes.
inline constexpr char kParentsFolder[] = "artifacts";

}  // namespace geometer::contract
