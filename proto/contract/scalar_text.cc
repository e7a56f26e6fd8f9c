#include "proto/contract/scalar_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "proto/contract/fields.h"
#include "proto/contract/names.h"

namespace geometer::contract {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool NeedsQuotes(absl::string_view text) {
  const auto plain = [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  };
  return text.empty() || !absl::ascii_isalnum(text[0]) || !std::ranges::all_of(text, plain) ||
         LooksTyped(text);
}

std::string TextText(const std::string& text) {
  if (!NeedsQuotes(text)) return text;
  std::string quoted;
  for (const char c : text) {
    if (absl::ascii_iscntrl(c)) {
      absl::StrAppend(&quoted, "\\x", absl::Hex(c, absl::kZeroPad2));
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return absl::StrCat("\"", quoted, "\"");
}

std::string EnumText(const EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  return value != nullptr ? EnumValueName(*value) : absl::StrCat(number);
}

}  // namespace

std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(GetScalar<uint32_t>(message, field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(GetScalar<uint64_t>(message, field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return NumberText(GetScalar<double>(message, field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return GetScalar<bool>(message, field, index) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*field.enum_type(), GetScalar<int>(message, field, index));
    case FieldDescriptor::CPPTYPE_STRING:
      return TextText(GetScalar<std::string>(message, field, index));
    default:
      return "";
  }
}

std::string NumberText(double value) {
  const bool is_minus_zero = value == 0 && std::signbit(value);
  constexpr double kExactIntegers = 9007199254740992;  // 2⁵³
  if (value == std::trunc(value) && std::abs(value) <= kExactIntegers && !is_minus_zero) {
    return absl::StrCat(static_cast<int64_t>(value));
  }
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), end);
}

bool LooksTyped(absl::string_view text) {
  for (const auto* word : {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  double number;
  return absl::StartsWithIgnoreCase(text, "0x") || absl::StartsWithIgnoreCase(text, "0o") ||
         absl::SimpleAtod(absl::StrReplaceAll(text, {{"_", ""}}), &number);
}

}  // namespace geometer::contract
