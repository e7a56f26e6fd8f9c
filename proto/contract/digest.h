#pragma once

#include <string>

#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// SHA-256 of the deterministic serialisation of `spec`, lower-case hexadecimal. Taken of the
// submitted spec, before defaults, it is what "the same spec" means.
std::string SpecDigest(const v1::JobSpec& spec);

// SHA-256 of the descriptors of job.proto and all that it imports, field options included,
// lower-case hexadecimal. Equal in two programs exactly when they read, check and complete specs
// alike.
std::string ContractDigest();

}  // namespace geometer::contract
