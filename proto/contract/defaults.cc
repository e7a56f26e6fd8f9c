#include "proto/contract/defaults.h"

#include <vector>

#include "google/protobuf/stubs/logging.h"
#include "proto/contract/fields.h"
#include "proto/contract/reader.h"
#include "proto/contract/yaml_node.h"

namespace geometer::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void SetDefault(const FieldDescriptor& field, Message& message) {
  std::vector<Problem> problems;
  const auto value = ReadYaml(RulesOf(field).default_value(), problems);
  if (value.has_value()) ReadField(*value, field, message, problems);
  GOOGLE_CHECK(problems.empty()) << field.full_name() << ": " << problems[0].message;
}

void Fill(Message& message) {
  const auto* type = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    const bool has_default = !RulesOf(field).default_value().empty();
    if (has_default && !IsPresent(message, field)) SetDefault(field, message);
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || !IsPresent(message, field))
      continue;
    if (!field.is_repeated()) {
      Fill(*reflection->MutableMessage(&message, &field));
      continue;
    }
    for (int j = 0; j < reflection->FieldSize(message, &field); ++j) {
      Fill(*reflection->MutableRepeatedMessage(&message, &field, j));
    }
  }
}

void NameByQuantity(v1::Probe& probe) {
  const auto* quantity = probe.GetReflection()->GetOneofFieldDescriptor(
      probe, v1::Probe::descriptor()->FindOneofByName("quantity"));
  if (probe.name().empty() && quantity != nullptr) probe.set_name(quantity->name());
}

}  // namespace

v1::JobSpec WithDefaults(v1::JobSpec spec) {
  Fill(spec);
  for (v1::Probe& probe : *spec.mutable_probes()) NameByQuantity(probe);
  return spec;
}

}  // namespace geometer::contract
