#pragma once

#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// The explicit spec: `spec` with every absent field that has a `default_value` (options.proto) set
// to it, in all messages that are present, those that a default brings along included; a probe
// without a name gets that of its quantity. What is present stays as it is. Idempotent.
v1::JobSpec WithDefaults(v1::JobSpec spec);

}  // namespace geometer::contract
