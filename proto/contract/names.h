#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace geometer::contract {

// The name that people see: "float32" for DTYPE_FLOAT32, "unspecified" for DTYPE_UNSPECIFIED.
std::string EnumValueName(const google::protobuf::EnumValueDescriptor& value);

// The value of that name; null for none.
const google::protobuf::EnumValueDescriptor* FindEnumValue(
    const google::protobuf::EnumDescriptor& type, std::string_view name);

// The names that a user may write: all but "unspecified", in the order of declaration.
std::vector<std::string> EnumValueNames(const google::protobuf::EnumDescriptor& type);

// "succeeded" for JOB_STATE_SUCCEEDED, "lost_worker" for FAILURE_REASON_LOST_WORKER; the number for
// a value that this release does not know.
template <typename Enum>
std::string EnumName(Enum value) {
  const auto* known = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return known != nullptr ? EnumValueName(*known) : std::to_string(static_cast<int>(value));
}

// The inverse of EnumName, for known values.
template <typename Enum>
std::optional<Enum> ParseEnum(std::string_view name) {
  const auto* value = FindEnumValue(*google::protobuf::GetEnumDescriptor<Enum>(), name);
  if (value == nullptr) return std::nullopt;
  return static_cast<Enum>(value->number());
}

}  // namespace geometer::contract
