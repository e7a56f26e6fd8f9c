#include "proto/contract/override.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "proto/contract/fields.h"
#include "proto/contract/nearest.h"
#include "proto/contract/path.h"
#include "proto/contract/reader.h"
#include "proto/contract/yaml_node.h"

namespace geometer::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status ToStatus(const std::vector<Problem>& problems) {
  const auto format = [](std::string* text, const Problem& problem) {
    absl::StrAppend(text, problem.message);
  };
  return absl::InvalidArgumentError(absl::StrJoin(problems, "; ", format));
}

absl::StatusOr<const FieldDescriptor*> FieldOf(const Message& message, const PathStep& step) {
  const auto& type = *message.GetDescriptor();
  const FieldDescriptor* field = FindField(type, step.field);
  if (field == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("unknown field '", Shown(step.field), "'",
                                                   DidYouMean(step.field, FieldNames(type))));
  }
  if (!field->is_repeated() && (step.index.has_value() || step.append)) {
    return absl::InvalidArgumentError(absl::StrCat("'", field->name(), "' is no list"));
  }
  return field;
}

absl::Status CheckIndex(const Message& message, const FieldDescriptor& field, int index) {
  const int size = message.GetReflection()->FieldSize(message, &field);
  if (index < size) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("'", field.name(), "' has ", size,
                                                 " elements, so there is no [", index,
                                                 "]; [+] appends one"));
}

// The group that a step before the last leads to; made where it is absent.
absl::StatusOr<Message*> Enter(Message& message, const PathStep& step) {
  const auto field = FieldOf(message, step);
  if (!field.ok()) return field.status();
  const auto* reflection = message.GetReflection();
  if ((*field)->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return absl::InvalidArgumentError(absl::StrCat("'", step.field, "' has no fields"));
  }
  if (!(*field)->is_repeated()) return reflection->MutableMessage(&message, *field);
  const int size = reflection->FieldSize(message, *field);
  if (step.append || (size == 0 && !step.index.has_value())) {
    return reflection->AddMessage(&message, *field);
  }
  if (size > 1 && !step.index.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("'", (*field)->name(), "' has ", size,
                                                   " elements: say which, such as ",
                                                   (*field)->name(), "[0]"));
  }
  const int index = step.index.value_or(0);
  if (absl::Status status = CheckIndex(message, **field, index); !status.ok()) return status;
  return reflection->MutableRepeatedMessage(&message, *field, index);
}

// Sets what the last step names.
absl::Status Set(Message& message, const PathStep& step, const YamlNode& value) {
  const auto field = FieldOf(message, step);
  if (!field.ok()) return field.status();
  std::vector<Problem> problems;
  if (step.index.has_value()) {
    absl::Status status = CheckIndex(message, **field, *step.index);
    if (!status.ok()) return status;
  }
  if (step.index.has_value() || step.append) {
    ReadValue(value, **field, message, problems);
  } else {
    ReadField(value, **field, message, problems);
  }
  if (!problems.empty()) return ToStatus(problems);
  if (step.index.has_value()) {  // the new element, now the last, takes the old one's place
    const auto* reflection = message.GetReflection();
    const int last = reflection->FieldSize(message, *field) - 1;
    reflection->SwapElements(&message, *field, *step.index, last);
    reflection->RemoveLast(&message, *field);
  }
  return absl::OkStatus();
}

absl::Status Apply(v1::JobSpec& spec, absl::string_view path_text, absl::string_view value_text) {
  const auto path = ParsePath(path_text);
  if (!path.ok()) return path.status();
  std::vector<Problem> problems;
  const std::optional<YamlNode> value = ReadYaml(value_text, problems);
  if (!value.has_value()) return ToStatus(problems);
  Message* group = &spec;
  for (size_t i = 0; i + 1 < path->size(); ++i) {
    const auto entered = Enter(*group, (*path)[i]);
    if (!entered.ok()) return entered.status();
    group = *entered;
  }
  return Set(*group, path->back(), *value);
}

}  // namespace

absl::Status Override(v1::JobSpec& spec, std::string_view assignment_view) {
  const std::string assignment(assignment_view);
  const size_t equals = assignment.find('=');
  if (equals == assignment.npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected path=value, got '", Shown(assignment), "'"));
  }
  v1::JobSpec changed = spec;
  const std::string path = assignment.substr(0, equals);
  absl::Status status = Apply(changed, path, assignment.substr(equals + 1));
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(absl::CHexEscape(path), ": ", status.message()));
  }
  spec = std::move(changed);
  return absl::OkStatus();
}

}  // namespace geometer::contract
