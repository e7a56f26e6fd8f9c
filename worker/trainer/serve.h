#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::trainer {

// Runs attempts one after another for the worker at the other end of the socket `fd`, as
// geometer/v1/trainer.proto describes, until it closes its end. Reports TrainerReady once LibTorch
// is warm on `device`, so that the first step of the first attempt is as fast as any.
//
// Returns the exit status: 0 at the end of the stream, 1 for a stream that is not the protocol.
int Serve(int fd, const at::Device& device);

}  // namespace geometer::trainer
