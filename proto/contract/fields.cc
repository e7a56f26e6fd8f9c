#include "proto/contract/fields.h"

#include <cstdint>

#include "absl/strings/string_view.h"

namespace geometer::contract {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const v1::Rules& RulesOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::rules);
}

const FieldDescriptor* FindField(const Descriptor& type, absl::string_view name) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->name() == name) return field;
    const std::string& singular = RulesOf(*field).singular();
    if (!singular.empty() && singular == name) return field;
  }
  return nullptr;
}

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) {
    const std::string& singular = RulesOf(*type.field(i)).singular();
    if (!singular.empty()) names.push_back(singular);
    names.push_back(type.field(i)->name());
  }
  return names;
}

bool IsPresent(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  if (field.is_repeated()) return reflection->FieldSize(message, &field) > 0;
  return reflection->HasField(message, &field);
}

template <>
uint32_t GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedUInt32(message, &field, index)
                             : r->GetUInt32(message, &field);
}

template <>
uint64_t GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedUInt64(message, &field, index)
                             : r->GetUInt64(message, &field);
}

template <>
double GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedDouble(message, &field, index)
                             : r->GetDouble(message, &field);
}

template <>
bool GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedBool(message, &field, index)
                             : r->GetBool(message, &field);
}

template <>
std::string GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedString(message, &field, index)
                             : r->GetString(message, &field);
}

template <>
int GetScalar(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedEnumValue(message, &field, index)
                             : r->GetEnumValue(message, &field);
}

const Message& GetMessage(const Message& message, const FieldDescriptor& field, int index) {
  const auto* r = message.GetReflection();
  return field.is_repeated() ? r->GetRepeatedMessage(message, &field, index)
                             : r->GetMessage(message, &field);
}

}  // namespace geometer::contract
