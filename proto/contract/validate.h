#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// One way in which a spec breaks the contract.
struct Violation {
  // The field, such as "learners[0].optimizer.sgd.momentum".
  std::string path;
  // What must hold, such as "must be in [0, 1)".
  std::string rule;
  // What the spec has instead, such as "1.5"; printable ASCII, shortened.
  std::string got;
};

// "learners[0].optimizer.sgd.momentum: must be in [0, 1), got 1.5".
std::string ToText(const Violation& violation);

// Every violation of `spec`, in the order of its fields, then those that concern several fields.
//
// Field rules come from the options in geometer/v1 (options.proto). Beyond them: no field or enum
// value that this release does not know, every number finite, every string a name. A spec without
// violations keeps having none under WithDefaults. Safe for any message that protobuf can parse;
// cost linear in its size.
std::vector<Violation> Validate(const v1::JobSpec& spec);

// OK without violations, else INVALID_ARGUMENT with one a line; shortened so that it fits into a
// gRPC status (8 KiB of metadata).
absl::Status ToStatus(const std::vector<Violation>& violations);

}  // namespace geometer::contract
