#pragma once

#include <google/protobuf/message.h>

#include <nlohmann/json_fwd.hpp>

namespace geometer::client {

// `message` as JSON for programs. Keys are field names; enum values the names that job files use
// ("float32"); integers are numbers, whatever their size; doubles as in Table; timestamps RFC 3339.
// Fields that can be absent are left out when they are.
//
// Not protobuf's own mapping, which writes 64-bit integers as strings and enum values by their
// constants' names.
nlohmann::ordered_json MessageJson(const google::protobuf::Message& message);

}  // namespace geometer::client
