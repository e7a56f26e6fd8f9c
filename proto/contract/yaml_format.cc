#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/contract/fields.h"
#include "proto/contract/scalar_text.h"
#include "proto/contract/yaml.h"

namespace geometer::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string ScalarList(const Message& message, const FieldDescriptor& field) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  std::vector<std::string> items(size);
  for (int i = 0; i < size; ++i) items[i] = ScalarText(message, field, i);
  return absl::StrCat("[", absl::StrJoin(items, ", "), "]");
}

// The present fields of `message` in block style, each line after `indent` spaces.
std::string Fields(const Message& message, int indent);

// What follows "key:".
std::string Value(const Message& message, const FieldDescriptor& field, int indent) {
  const auto* reflection = message.GetReflection();
  const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (!is_message && field.is_repeated())
    return absl::StrCat(" ", ScalarList(message, field), "\n");
  if (!is_message) return absl::StrCat(" ", ScalarText(message, field, 0), "\n");
  if (!field.is_repeated()) {
    const std::string fields = Fields(reflection->GetMessage(message, &field), indent + 2);
    return fields.empty() ? " {}\n" : absl::StrCat("\n", fields);
  }
  std::string items = "\n";
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
    const auto& element = reflection->GetRepeatedMessage(message, &field, i);
    const std::string fields = Fields(element, indent + 4);
    absl::StrAppend(&items, std::string(indent + 2, ' '), "- ",
                    fields.empty() ? "{}\n" : fields.substr(indent + 4));
  }
  return items;
}

std::string Fields(const Message& message, int indent) {
  const auto* type = message.GetDescriptor();
  std::string text;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (!IsPresent(message, field)) continue;
    absl::StrAppend(&text, std::string(indent, ' '), field.name(), ":",
                    Value(message, field, indent));
  }
  return text;
}

}  // namespace

std::string FormatJob(const v1::JobSpec& spec) { return Fields(spec, 0); }

}  // namespace geometer::contract
