#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"
#include "proto/contract/validate.h"

namespace geometer::contract {

// Reads a job file: YAML, and so JSON too. Says what the file says, nothing more: no defaults are
// filled in and no range is checked (see validate.h, defaults.h).
//
//   * Keys are field names, enum values lower-case names without their prefix (`float32`).
//   * `learner: {…}` is short for `learners: [{…}]`; a list of groups may be one group (`data:
//   {…}`).
//   * A value has one reading: no quoted numbers, octals, hexadecimals, underscores, `yes`, `null`,
//     `.inf`, `.nan`, anchors, aliases, merge keys or tags.
//   * At most 1 MiB of valid UTF-8, one document, at most 32 levels deep.
//
// INVALID_ARGUMENT holds all errors in order of place, one a line, as `FILE:LINE:COLUMN: message`
// (both from 1, the column in bytes; at most 100 lines); an unknown key names the nearest valid
// one. Safe for any bytes.
absl::StatusOr<v1::JobSpec> ParseJob(std::string_view text, std::string_view file_name);

// YAML of everything that `spec` holds, in the order of its fields. ParseJob reads it back to an
// equal message (numbers to the last bit), provided that `spec` has no violations.
std::string FormatJob(const v1::JobSpec& spec);

// `violations` of a spec that was read from `text`, as ParseJob reports its errors: each at its
// field, or at the group that lacks it. OK when there are none.
absl::Status AtSource(const std::vector<Violation>& violations, std::string_view text,
                      std::string_view file_name);

}  // namespace geometer::contract
