#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace geometer::geometry {

// The contents of a data file, already decompressed, borrowed, and its name for messages.
struct NamedBytes {
  std::string name;
  std::string_view bytes;
};

// Returns DataLoss "FILE: offset N: expected WHAT, got WHAT". Offsets count decompressed bytes.
absl::Status Malformed(const NamedBytes& file, size_t offset, const std::string& expected,
                       const std::string& got);

// Returns the big-endian 32-bit number at `offset`, which must be in range with its 4 bytes.
uint32_t BigEndian32(std::string_view bytes, size_t offset);

}  // namespace geometer::geometry
