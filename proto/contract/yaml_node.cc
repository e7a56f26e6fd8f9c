#include "proto/contract/yaml_node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace geometer::contract {
namespace {

constexpr size_t kMostBytes = 1 << 20;
constexpr size_t kDeepest = 32;

Position PositionOf(const YAML::Mark& mark) {
  return mark.is_null() ? Position{} : Position{.line = mark.line + 1, .column = mark.column + 1};
}

YamlNode MakeNode(YamlNode::Kind kind, const YAML::Mark& mark) {
  YamlNode node;
  node.kind = kind;
  node.at = PositionOf(mark);
  return node;
}

// Whether a scalar that begins `text` has its closing quote, or needs none. yaml-cpp lets the end
// of the file close a quote, so that a file cut short would pass.
bool IsClosed(absl::string_view text) {
  const char quote = text[0];
  if (quote != '"' && quote != '\'') return true;
  for (size_t i = 1; i < text.size(); ++i) {
    const bool escapes = quote == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (escapes) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

// Builds the tree from the parser's events, because only they tell anchors, tags and quotes, and
// because it can stop the parser before its recursion gets deep.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(absl::string_view text, std::vector<Problem>& problems)
      : text_(text), problems_(problems) {}

  // The finished document.
  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Place(MakeNode(YamlNode::Kind::kNull, mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.push_back(
        {PositionOf(mark), "aliases (*name) are not supported: write the value out"});
    Place(MakeNode(YamlNode::Kind::kNull, mark));
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    problems_.push_back({PositionOf(mark), "anchors (&name) are not supported"});
  }

  // yaml-cpp gives plain scalars the tag "?" and quoted ones "!".
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& text) override {
    if (tag != "!") RefuseTag(mark, tag);
    if (!IsClosed(text_.substr(mark.pos))) {
      problems_.push_back({PositionOf(mark), "this quote is never closed"});
    }
    YamlNode node = MakeNode(YamlNode::Kind::kScalar, mark);
    node.text = text;
    node.quoted = tag == "!";
    Place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    RefuseTag(mark, tag);
    Open(YamlNode::Kind::kList, mark);
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    RefuseTag(mark, tag);
    Open(YamlNode::Kind::kMap, mark);
  }

  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

 private:
  void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?") return;
    problems_.push_back({PositionOf(mark), "tags (!name) are not supported"});
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (open_.size() == kDeepest) {
      throw YAML::ParserException(mark, absl::StrCat("nested deeper than ", kDeepest, " levels"));
    }
    open_.push_back(MakeNode(kind, mark));
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Place(std::move(node));
  }

  // Puts a finished node into the list or map around it: in a map, keys and values take turns. An
  // absent value is where its key is; yaml-cpp says where the next token is.
  void Place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    const bool is_key =
        parent.kind == YamlNode::Kind::kMap && parent.keys.size() == parent.items.size();
    if (!is_key && parent.kind == YamlNode::Kind::kMap && node.kind == YamlNode::Kind::kNull) {
      node.at = parent.keys.back().at;
    }
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  const absl::string_view text_;
  std::vector<Problem>& problems_;
  std::vector<YamlNode> open_;
  YamlNode root_;
};

// The only document of `text`.
YamlNode ParseDocument(absl::string_view text, std::vector<Problem>& problems) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  TreeBuilder first(text, problems);
  if (!parser.HandleNextDocument(first)) {
    problems.push_back({Position{}, "the document is empty"});
    return {};
  }
  YamlNode root = first.TakeRoot();
  std::vector<Problem> ignored;
  TreeBuilder second(text, ignored);
  if (parser.HandleNextDocument(second)) {
    problems.push_back({second.TakeRoot().at, "a second document begins: a file holds one"});
  }
  return root;
}

}  // namespace

std::string Describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a group";
    case YamlNode::Kind::kScalar:
      break;
  }
  if (node.quoted) return absl::StrCat("the quoted text \"", Shown(node.text), "\"");
  return absl::StrCat("'", Shown(node.text), "'");
}

std::optional<YamlNode> ReadYaml(absl::string_view text, std::vector<Problem>& problems) {
  const size_t before = problems.size();
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");  // the byte order mark
  YamlNode root;
  if (text.size() > kMostBytes) {
    problems.push_back({Position{}, absl::StrCat("larger than ", kMostBytes, " bytes")});
  } else if (std::optional<Problem> binary = FindBinary(text)) {
    problems.push_back(*std::move(binary));
  } else {
    try {
      root = ParseDocument(text, problems);
    } catch (const YAML::Exception& error) {
      problems.push_back({PositionOf(error.mark), absl::StrCat("not valid YAML: ", error.msg)});
    }
  }
  if (problems.size() > before) return std::nullopt;
  return root;
}

}  // namespace geometer::contract
