#include "worker/geometry/datasets/named_bytes.h"

#include "absl/strings/str_cat.h"

namespace geometer::geometry {

absl::Status Malformed(const NamedBytes& file, size_t offset, const std::string& expected,
                       const std::string& got) {
  return absl::DataLossError(
      absl::StrCat(file.name, ": offset ", offset, ": expected ", expected, ", got ", got));
}

uint32_t BigEndian32(std::string_view bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[offset + i]);
  return value;
}

}  // namespace geometer::geometry
