#pragma once

#include <vector>

#include "geometer/v1/job.pb.h"
#include "proto/contract/validate.h"

namespace geometer::contract {

// Adds the violations of the rules that concern several fields of a spec, looked at with its
// defaults: the tables by subject (cross_rule.h). Expects lists of allowed sizes, nothing else.
void CheckCrossRules(const v1::JobSpec& spec, std::vector<Violation>& violations);

}  // namespace geometer::contract
