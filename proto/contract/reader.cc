#include "proto/contract/reader.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/contract/fields.h"
#include "proto/contract/nearest.h"
#include "proto/contract/scalar.h"

namespace geometer::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

constexpr size_t kMostProblems = 100;

// The keys of one map, each checked against those before it.
class KeyReader {
 public:
  KeyReader(const Descriptor& type, std::vector<Problem>& problems)
      : type_(type), problems_(problems) {}

  // The field that `key` names; null, with a problem, when it names none or may not come here.
  const FieldDescriptor* Read(const YamlNode& key) {
    if (key.kind != YamlNode::Kind::kScalar) {
      return Refuse(key, absl::StrCat("a key must be the name of a field, got ", Describe(key)));
    }
    if (key.text == "<<") {
      return Refuse(key, "merge keys (<<) are not supported: write the fields out");
    }
    const FieldDescriptor* field = FindField(type_, key.text);
    if (field == nullptr) {
      return Refuse(key, absl::StrCat("unknown field '", Shown(key.text), "'",
                                      DidYouMean(key.text, FieldNames(type_))));
    }
    return ReadFirst(key, *field);
  }

 private:
  const FieldDescriptor* ReadFirst(const YamlNode& key, const FieldDescriptor& field) {
    if (const auto [seen, fresh] = fields_.try_emplace(&field, key.at); !fresh) {
      return Refuse(
          key, absl::StrCat("'", key.text, "' is given twice: first in line ", seen->second.line));
    }
    const OneofDescriptor* oneof = field.real_containing_oneof();
    if (oneof == nullptr) return &field;
    if (const auto [seen, fresh] = branches_.try_emplace(oneof, &field); !fresh) {
      return Refuse(key, absl::StrCat("'", key.text, "' excludes '", seen->second->name(),
                                      "': give one of them"));
    }
    return &field;
  }

  const FieldDescriptor* Refuse(const YamlNode& key, std::string message) {
    problems_.push_back({key.at, std::move(message)});
    return nullptr;
  }

  const Descriptor& type_;
  std::vector<Problem>& problems_;
  std::map<const FieldDescriptor*, Position> fields_;
  std::map<const OneofDescriptor*, const FieldDescriptor*> branches_;
};

}  // namespace

void ReadMessage(const YamlNode& node, Message& message, std::vector<Problem>& problems) {
  if (node.kind != YamlNode::Kind::kMap) {
    problems.push_back({node.at, absl::StrCat("expected fields, got ", Describe(node))});
    return;
  }
  KeyReader keys(*message.GetDescriptor(), problems);
  for (size_t i = 0; i < node.keys.size() && problems.size() < kMostProblems; ++i) {
    const FieldDescriptor* field = keys.Read(node.keys[i]);
    if (field != nullptr) ReadField(node.items[i], *field, message, problems);
  }
}

void ReadField(const YamlNode& node, const FieldDescriptor& field, Message& message,
               std::vector<Problem>& problems) {
  message.GetReflection()->ClearField(&message, &field);
  const bool is_group =
      field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && node.kind == YamlNode::Kind::kMap;
  if (!field.is_repeated() || is_group || node.kind == YamlNode::Kind::kNull) {
    ReadValue(node, field, message, problems);
    return;
  }
  if (node.kind != YamlNode::Kind::kList) {
    const bool is_scalar = node.kind == YamlNode::Kind::kScalar;
    problems.push_back(
        {node.at, absl::StrCat("'", field.name(), "' must be a list",
                               is_scalar ? absl::StrCat(" such as [", Shown(node.text), "]") : "",
                               ", got ", Describe(node))});
    return;
  }
  for (const YamlNode& item : node.items) {
    if (problems.size() >= kMostProblems) return;
    ReadValue(item, field, message, problems);
  }
}

void ReadValue(const YamlNode& node, const FieldDescriptor& field, Message& message,
               std::vector<Problem>& problems) {
  const auto refuse = [&](absl::string_view complaint) {
    problems.push_back({node.at, absl::StrCat("'", field.name(), "' ", complaint)});
  };
  const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (node.kind == YamlNode::Kind::kNull) {
    refuse(is_message && !field.is_repeated() ? "has no value: write {} for a group without fields"
                                              : "has no value");
  } else if (!is_message) {
    const std::string complaint = StoreScalar(node, field, message);
    if (!complaint.empty()) refuse(complaint);
  } else if (node.kind != YamlNode::Kind::kMap) {
    refuse(absl::StrCat("must be a group of fields, got ", Describe(node)));
  } else {
    const auto* reflection = message.GetReflection();
    ReadMessage(node,
                field.is_repeated() ? *reflection->AddMessage(&message, &field)
                                    : *reflection->MutableMessage(&message, &field),
                problems);
  }
}

}  // namespace geometer::contract
