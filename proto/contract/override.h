#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// Applies `assignment`, "path=value", to `spec`: what `--set` does.
//
//   learner.optimizer.sgd.learning_rate=0.05
//   data.fashion_mnist.train=1000          `learner` and `data` alone mean the first element
//   probes[1].every.steps=10
//   probes[+]={loss: {}, every: {steps: 5}}
//   learner.schedule={cosine: {}}          naming another branch replaces the present one
//
// The value is YAML under ParseJob's rules and replaces what the path held; groups on the way that
// are absent are made. INVALID_ARGUMENT names the part of the path or value that is wrong and the
// nearest valid name; `spec` is then unchanged.
absl::Status Override(v1::JobSpec& spec, std::string_view assignment);

}  // namespace geometer::contract
