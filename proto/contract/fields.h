#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "geometer/v1/options.pb.h"
#include "google/protobuf/message.h"

// What contract/ asks of a message's descriptor.
namespace geometer::contract {

// The options of a field; all empty where it has none.
const v1::Rules& RulesOf(const google::protobuf::FieldDescriptor& field);

// The field of that name, or of that singular (`learner` for `learners`); null for none.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& type,
                                                   absl::string_view name);

// All names that FindField knows, in the order of the fields.
std::vector<std::string> FieldNames(const google::protobuf::Descriptor& type);

// Whether the field was given: a list or a string when it isn't empty.
bool IsPresent(const google::protobuf::Message& message,
               const google::protobuf::FieldDescriptor& field);

// A value of a field: the one at `index` of a list, else the only one. `Value` is uint32_t,
// uint64_t, double, bool, std::string, or int for the number of an enum value.
template <typename Value>
Value GetScalar(const google::protobuf::Message& message,
                const google::protobuf::FieldDescriptor& field, int index);

// The same of a field that holds messages.
const google::protobuf::Message& GetMessage(const google::protobuf::Message& message,
                                            const google::protobuf::FieldDescriptor& field,
                                            int index);

}  // namespace geometer::contract
