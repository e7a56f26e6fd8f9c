#pragma once

#include <string>
#include <vector>

#include "geometer/v1/job.pb.h"

namespace geometer::client {

// For each of `specs` the fields in which it differs from some other, names aside, such as
// "learning_rate=0.1 seed=3"; a field is named by the end of its path. Empty for all when they are
// equal.
std::vector<std::string> WhatDiffers(const std::vector<v1::JobSpec>& specs);

}  // namespace geometer::client
