#include "client/spec_difference.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Text of every scalar, by its path.
using Leaves = std::map<std::string, std::string>;

void Collect(const Message& message, const std::string& path, Leaves& leaves);

// `index` is that of a repeated field's element, else -1.
void CollectField(const Message& message, const FieldDescriptor& field, int index,
                  const std::string& path, Leaves& leaves) {
  const auto& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    Collect(index < 0 ? reflection.GetMessage(message, &field)
                      : reflection.GetRepeatedMessage(message, &field, index),
            path, leaves);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM && index < 0) {
    leaves[path] = contract::EnumValueName(*reflection.GetEnum(message, &field));
  } else {
    google::protobuf::TextFormat::PrintFieldValueToString(message, &field, index, &leaves[path]);
  }
}

void Collect(const Message& message, const std::string& path, Leaves& leaves) {
  std::vector<const FieldDescriptor*> fields;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  // A branch without fields is still a choice.
  if (fields.empty()) leaves[path] = "{}";
  for (const FieldDescriptor* field : fields) {
    if (field->name() == "sha256") continue;  // a parent's job tells it to people
    const std::string below = absl::StrCat(path, ".", field->name());
    if (!field->is_repeated()) CollectField(message, *field, -1, below, leaves);
    for (int i = 0; field->is_repeated() && i < reflection.FieldSize(message, field); ++i) {
      CollectField(message, *field, i, absl::StrCat(below, "[", i, "]"), leaves);
    }
  }
}

}  // namespace

std::vector<std::string> WhatDiffers(const std::vector<v1::JobSpec>& specs) {
  std::vector<Leaves> all;
  Leaves paths;
  for (v1::JobSpec spec : specs) {
    spec.clear_name();
    Collect(spec, "", all.emplace_back());
    paths.insert(all.back().begin(), all.back().end());
  }
  std::vector<std::string> differences(specs.size());
  for (const auto& [path, unused] : paths) {
    bool differs = false;
    for (Leaves& leaves : all) differs |= leaves[path] != all.front()[path];
    for (size_t i = 0; differs && i < all.size(); ++i) {
      if (all[i][path].empty()) continue;
      absl::StrAppend(&differences[i], differences[i].empty() ? "" : " ",
                      path.substr(path.rfind('.') + 1), "=", all[i][path]);
    }
  }
  return differences;
}

}  // namespace geometer::client
