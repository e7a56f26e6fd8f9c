#pragma once

#include "absl/status/status.h"

namespace geometer::trainer {

// Opens the part of LibTorch that drives GPUs, which this program is not linked to, and checks that
// there is a GPU. Must come before anything else asks LibTorch about CUDA: it would remember that
// there is none. FailedPrecondition says what to install or that there is no GPU.
absl::Status OpenCuda();

}  // namespace geometer::trainer
