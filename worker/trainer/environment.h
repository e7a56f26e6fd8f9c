#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "geometer/v1/job.pb.h"

namespace geometer::trainer {

// Fixes the number of threads of one operation and, for the whole process, deterministic
// algorithms without reduced precision.
void MakeDeterministic(int threads);

// From now on keeps most of what is freed for the next operation, for the whole process. The
// buffers of a convolution are megabytes; given back to the system, they come with pages that it
// clears anew each time, a quarter of a Hessian-vector product.
void KeepFreedMemory();

// Gives back what is kept.
void ReleaseFreedMemory();

// Sets the environment variables of `spec` that libraries read before main, and starts the program
// anew with `arguments` if that changed any. Where it can't start anew it goes on: only the speed
// of OpenMP is at stake.
void EnsureVariables(const v1::JobSpec& spec, char** arguments);

// What may change the bits of a result beside the spec: LibTorch's version, the processor and the
// vector instructions used, or the GPU, and the number of threads. Equal texts mean equal bits.
std::string NumericEnvironment(const at::Device& device);

// "AMD EPYC 9R14" or "NVIDIA H100": the hardware's own name, "unknown" where it does not tell.
std::string DeviceName(const at::Device& device);

// LibTorch's version, such as "2.11.0".
std::string TorchVersion();

}  // namespace geometer::trainer
