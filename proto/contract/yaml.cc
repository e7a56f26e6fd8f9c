#include "proto/contract/yaml.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "proto/contract/fields.h"
#include "proto/contract/path.h"
#include "proto/contract/reader.h"
#include "proto/contract/yaml_node.h"

namespace geometer::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// INVALID_ARGUMENT with the problems in order of place.
absl::Status ToStatus(std::vector<Problem> problems, const std::string& file_name) {
  std::ranges::stable_sort(problems, {}, [](const Problem& problem) {
    return std::pair(problem.at.line, problem.at.column);
  });
  const auto format = [&file_name](std::string* line, const Problem& problem) {
    absl::StrAppend(line, file_name, ":", problem.at.line, ":", problem.at.column, ": ",
                    problem.message);
  };
  return absl::InvalidArgumentError(absl::StrJoin(problems, "\n", format));
}

// Where a path leads in a tree: the value there, or the key of the deepest group that is there.
class Locator {
 public:
  explicit Locator(const YamlNode& root) : node_(&root), at_(root.at) {}

  Position Locate(const std::vector<PathStep>& path, const Descriptor& root) {
    const Descriptor* type = &root;
    for (const PathStep& step : path) {
      const FieldDescriptor* field = FindField(*type, step.field);
      if (field == nullptr || !EnterField(*type, *field)) return at_;
      if (step.index.has_value() && !EnterElement(*step.index)) return at_;
      type = field->message_type();
      if (type == nullptr) break;
    }
    return node_->kind == YamlNode::Kind::kMap ? at_ : node_->at;
  }

 private:
  bool EnterField(const Descriptor& type, const FieldDescriptor& field) {
    for (size_t i = 0; i < node_->keys.size(); ++i) {
      if (FindField(type, node_->keys[i].text) != &field) continue;
      at_ = node_->keys[i].at;
      node_ = &node_->items[i];
      return true;
    }
    return false;
  }

  // A group in the place of a list is its only element.
  bool EnterElement(size_t index) {
    if (node_->kind == YamlNode::Kind::kMap) return index == 0;
    if (index >= node_->items.size()) return false;
    node_ = &node_->items[index];
    at_ = node_->at;
    return true;
  }

  const YamlNode* node_;
  Position at_;
};

}  // namespace

absl::StatusOr<v1::JobSpec> ParseJob(std::string_view text, std::string_view file_name) {
  std::vector<Problem> problems;
  v1::JobSpec spec;
  if (const std::optional<YamlNode> root = ReadYaml(std::string(text), problems)) {
    ReadMessage(*root, spec, problems);
  }
  if (!problems.empty()) return ToStatus(std::move(problems), std::string(file_name));
  return spec;
}

absl::Status AtSource(const std::vector<Violation>& violations, std::string_view text,
                      std::string_view file_name) {
  if (violations.empty()) return absl::OkStatus();
  std::vector<Problem> unreadable;
  const YamlNode root = ReadYaml(std::string(text), unreadable).value_or(YamlNode{});
  std::vector<Problem> problems;
  for (const Violation& violation : violations) {
    const auto path = ParsePath(violation.path);
    const Position at =
        path.ok() ? Locator(root).Locate(*path, *v1::JobSpec::descriptor()) : root.at;
    problems.push_back({at, ToText(violation)});
  }
  return ToStatus(std::move(problems), std::string(file_name));
}

}  // namespace geometer::contract
