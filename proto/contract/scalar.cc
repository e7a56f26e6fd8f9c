#include "proto/contract/scalar.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "proto/contract/names.h"
#include "proto/contract/scalar_text.h"

namespace geometer::contract {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string Complaint(absl::string_view rule, const YamlNode& node, absl::string_view hint = "") {
  return absl::StrCat("must be ", rule, ", got ", Describe(node), hint);
}

bool IsPlain(const YamlNode& node) { return node.kind == YamlNode::Kind::kScalar && !node.quoted; }

// 0 or digits that don't begin with 0: other forms mean different numbers to different readers.
bool IsDigits(absl::string_view text) {
  return !text.empty() && (text[0] != '0' || text.size() == 1) &&
         std::ranges::all_of(text, absl::ascii_isdigit);
}

bool HasLeadingZero(absl::string_view text) {
  if (absl::StartsWith(text, "-")) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && absl::ascii_isdigit(text[1]);
}

template <typename Whole>
std::string ParseWhole(const YamlNode& node, Whole& value) {
  const std::string& text = node.text;
  if (!IsPlain(node)) return Complaint("a whole number", node);
  if (absl::StartsWith(text, "-") && IsDigits(text.substr(1))) {
    return Complaint("a whole number of at least 0", node);
  }
  if (!IsDigits(text)) return Complaint("a whole number in plain digits", node);
  if (!absl::SimpleAtoi(text, &value)) {
    return Complaint(absl::StrCat("at most ", std::numeric_limits<Whole>::max()), node);
  }
  return "";
}

std::string ParseDouble(const YamlNode& node, double& value) {
  const std::string& text = node.text;
  if (!IsPlain(node)) return Complaint("a number", node);
  const char* end = text.data() + text.size();
  const auto [parsed_end, error] = std::from_chars(text.data(), end, value);
  if (parsed_end != end || error == std::errc::invalid_argument || HasLeadingZero(text) ||
      text.find_first_not_of("0123456789+-.eE") != text.npos) {
    return Complaint("a finite decimal number such as 0.1 or 1e-3", node);
  }
  if (error != std::errc()) return Complaint("a number that fits into 64 bits", node);
  return "";
}

std::string ParseBool(const YamlNode& node, bool& value) {
  if (!IsPlain(node) || (node.text != "true" && node.text != "false")) {
    return Complaint("true or false", node);
  }
  value = node.text == "true";
  return "";
}

std::string ParseText(const YamlNode& node, std::string& value) {
  if (node.kind != YamlNode::Kind::kScalar) return Complaint("text", node);
  if (!node.quoted && LooksTyped(node.text)) {
    return Complaint("text", node, ": put it into quotes");
  }
  value = node.text;
  return "";
}

std::string ParseEnumValue(const YamlNode& node, const EnumDescriptor& type, int& number) {
  const auto* value = FindEnumValue(type, node.text);
  if (node.kind != YamlNode::Kind::kScalar || value == nullptr || value->number() == 0) {
    return Complaint(absl::StrCat("one of ", absl::StrJoin(EnumValueNames(type), ", ")), node);
  }
  number = value->number();
  return "";
}

// Reads `node` by `parse` and, if that works, stores it by one of Reflection's setters.
template <typename Value, typename Parse>
std::string Store(const YamlNode& node, const FieldDescriptor& field, Message& message, Parse parse,
                  void (Reflection::*set)(Message*, const FieldDescriptor*, Value) const,
                  void (Reflection::*add)(Message*, const FieldDescriptor*, Value) const) {
  Value value{};
  std::string complaint = parse(node, value);
  if (complaint.empty()) {
    (message.GetReflection()->*(field.is_repeated() ? add : set))(&message, &field, value);
  }
  return complaint;
}

}  // namespace

std::string StoreScalar(const YamlNode& node, const FieldDescriptor& field, Message& message) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return Store(node, field, message, ParseWhole<uint32_t>, &Reflection::SetUInt32,
                   &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return Store(node, field, message, ParseWhole<uint64_t>, &Reflection::SetUInt64,
                   &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Store(node, field, message, ParseDouble, &Reflection::SetDouble,
                   &Reflection::AddDouble);
    case FieldDescriptor::CPPTYPE_BOOL:
      return Store(node, field, message, ParseBool, &Reflection::SetBool, &Reflection::AddBool);
    case FieldDescriptor::CPPTYPE_STRING:
      return Store<std::string>(node, field, message, ParseText, &Reflection::SetString,
                                &Reflection::AddString);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto parse = [&field](const YamlNode& value, int& number) {
        return ParseEnumValue(value, *field.enum_type(), number);
      };
      return Store(node, field, message, parse, &Reflection::SetEnumValue,
                   &Reflection::AddEnumValue);
    }
    default:
      return absl::StrCat("has a type that specs do not use: ", field.type_name());
  }
}

}  // namespace geometer::contract
