#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace geometer::contract {

// A scalar of a message, as YAML that StoreScalar (scalar.h) reads back to the same value. `index`
// is its place in a list, ignored for other fields.
std::string ScalarText(const google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field, int index);

// The shortest text that reads back to the same number; whole numbers up to 2⁵³ in plain digits.
std::string NumberText(double value);

// Whether some YAML reader takes `text` without quotes for a number, a truth value or nothing.
bool LooksTyped(absl::string_view text);

}  // namespace geometer::contract
