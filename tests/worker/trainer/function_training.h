#pragma once

#include <string>
#include <vector>

#include "worker/trainer/training.h"

namespace geometer::trainer {

// kFunctionJob's training, on the ten points of a function, in float64.
Training FunctionTraining(std::vector<std::string> overrides = {});

}  // namespace geometer::trainer
