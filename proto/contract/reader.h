#pragma once

#include <vector>

#include "google/protobuf/message.h"
#include "proto/contract/yaml_node.h"

// From YAML trees to messages, by descriptors alone. All problems of a tree are added to
// `problems`, up to a hundred; the message then holds what could be read.
namespace geometer::contract {

// Adds the fields of the map `node` to `message`.
void ReadMessage(const YamlNode& node, google::protobuf::Message& message,
                 std::vector<Problem>& problems);

// Sets `field` to `node`: a scalar, a group, or for a repeated field a list, which may be a single
// group.
void ReadField(const YamlNode& node, const google::protobuf::FieldDescriptor& field,
               google::protobuf::Message& message, std::vector<Problem>& problems);

// Sets a singular `field` to `node`, or adds `node` to the end of a repeated one.
void ReadValue(const YamlNode& node, const google::protobuf::FieldDescriptor& field,
               google::protobuf::Message& message, std::vector<Problem>& problems);

}  // namespace geometer::contract
