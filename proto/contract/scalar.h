#pragma once

#include <string>

#include "google/protobuf/message.h"
#include "proto/contract/yaml_node.h"

namespace geometer::contract {

// Stores a YAML node in the scalar `field` of `message`, at the end when the field is a list.
// Returns what is wrong, such as "must be true or false, got 'yes'", leaving the message unchanged;
// empty if all is well. Strict: a text is a value of one type only; numbers are finite and within
// the field's type.
std::string StoreScalar(const YamlNode& node, const google::protobuf::FieldDescriptor& field,
                        google::protobuf::Message& message);

}  // namespace geometer::contract
