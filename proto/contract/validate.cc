#include "proto/contract/validate.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "proto/contract/cross_rules.h"
#include "proto/contract/fields.h"
#include "proto/contract/names.h"
#include "proto/contract/scalar_text.h"
#include "proto/contract/text.h"

namespace geometer::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

// gRPC refuses metadata above 8 KiB, the status text included.
constexpr size_t kMostStatusBytes = 4096;

// "must be in [0, 1)", "must be at least 1", from what the rules bound.
std::string RangeText(const v1::Rules& rules) {
  const std::string min = NumberText(rules.min()), max = NumberText(rules.max());
  if (!rules.has_max())
    return absl::StrCat("must be ", rules.above_min() ? "above " : "at least ", min);
  if (!rules.has_min())
    return absl::StrCat("must be ", rules.below_max() ? "below " : "at most ", max);
  return absl::StrCat("must be in ", rules.above_min() ? "(" : "[", min, ", ", max,
                      rules.below_max() ? ")" : "]");
}

bool InRange(const v1::Rules& rules, double value) {
  const bool low =
      rules.has_min() && (rules.above_min() ? value <= rules.min() : value < rules.min());
  const bool high =
      rules.has_max() && (rules.below_max() ? value >= rules.max() : value > rules.max());
  return !low && !high;
}

bool IsName(absl::string_view text) {
  return absl::ascii_isalnum(text[0]) && std::ranges::all_of(text, [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

double NumberAt(const Message& message, const FieldDescriptor& field, int index) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT32:
      return GetScalar<uint32_t>(message, field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(GetScalar<uint64_t>(message, field, index));
    default:
      return GetScalar<double>(message, field, index);
  }
}

// Checks every field against its own options.
class FieldChecker {
 public:
  explicit FieldChecker(std::vector<Violation>& violations) : violations_(violations) {}

  // Some list is longer than allowed. What it holds was not looked at.
  bool found_oversized() const { return found_oversized_; }

  void CheckMessage(const Message& message, const std::string& path) {
    CheckUnknownFields(message, path);
    const auto* type = message.GetDescriptor();
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      CheckOneof(message, *type->oneof_decl(i), path);
    }
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      CheckField(message, field, path.empty() ? field.name() : path + "." + field.name());
    }
  }

 private:
  void Add(const std::string& path, std::string rule, absl::string_view got = "") {
    violations_.push_back({path.empty() ? "job" : path, std::move(rule), Shown(got)});
  }

  void CheckUnknownFields(const Message& message, const std::string& path) {
    const auto& unknown = message.GetReflection()->GetUnknownFields(message);
    if (unknown.empty()) return;
    Add(path, "must have no field that this release does not know",
        absl::StrCat("field number ", unknown.field(0).number()));
  }

  void CheckOneof(const Message& message, const OneofDescriptor& oneof, const std::string& path) {
    if (!oneof.options().GetExtension(v1::required)) return;
    if (message.GetReflection()->HasOneof(message, &oneof)) return;
    std::vector<std::string> branches(oneof.field_count());
    for (int i = 0; i < oneof.field_count(); ++i) branches[i] = oneof.field(i)->name();
    Add(path, absl::StrCat("must have one of ", absl::StrJoin(branches, ", ")));
  }

  void CheckField(const Message& message, const FieldDescriptor& field, const std::string& path) {
    if (!IsPresent(message, field)) {
      if (RulesOf(field).required()) Add(path, "must be given");
    } else if (!field.is_repeated()) {
      CheckValue(message, field, -1, path);
    } else if (CheckSize(message.GetReflection()->FieldSize(message, &field), field, path)) {
      for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
        CheckValue(message, field, i, absl::StrCat(path, "[", i, "]"));
      }
    }
  }

  bool CheckSize(uint32_t size, const FieldDescriptor& field, const std::string& path) {
    const v1::Rules& rules = RulesOf(field);
    if (size <= rules.max_size()) return true;
    Add(path, absl::StrCat("must have at most ", rules.max_size(), " elements"),
        absl::StrCat(size));
    found_oversized_ = true;
    return false;
  }

  void CheckValue(const Message& message, const FieldDescriptor& field, int index,
                  const std::string& path) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return CheckMessage(GetMessage(message, field, index), path);
      case FieldDescriptor::CPPTYPE_ENUM:
        return CheckEnum(message, field, index, path);
      case FieldDescriptor::CPPTYPE_STRING:
        return CheckText(message, field, index, path);
      case FieldDescriptor::CPPTYPE_BOOL:
        return;
      default:
        return CheckNumber(message, field, index, path);
    }
  }

  void CheckEnum(const Message& message, const FieldDescriptor& field, int index,
                 const std::string& path) {
    const int number = GetScalar<int>(message, field, index);
    if (number != 0 && field.enum_type()->FindValueByNumber(number) != nullptr) return;
    Add(path,
        absl::StrCat("must be one of ", absl::StrJoin(EnumValueNames(*field.enum_type()), ", ")),
        ScalarText(message, field, index));
  }

  void CheckText(const Message& message, const FieldDescriptor& field, int index,
                 const std::string& path) {
    const std::string text = GetScalar<std::string>(message, field, index);
    if (text.size() > RulesOf(field).max_size()) {
      Add(path, absl::StrCat("must have at most ", RulesOf(field).max_size(), " characters"),
          absl::StrCat(text.size()));
    } else if (!IsName(text)) {
      Add(path, "must begin with a letter or digit and go on with those, '.', '_' and '-'", text);
    }
  }

  void CheckNumber(const Message& message, const FieldDescriptor& field, int index,
                   const std::string& path) {
    const double value = NumberAt(message, field, index);
    if (!std::isfinite(value)) {
      Add(path, "must be finite", NumberText(value));
    } else if (!InRange(RulesOf(field), value)) {
      Add(path, RangeText(RulesOf(field)), ScalarText(message, field, index));
    }
  }

  std::vector<Violation>& violations_;
  bool found_oversized_ = false;
};

}  // namespace

std::string ToText(const Violation& violation) {
  return absl::StrCat(violation.path, ": ", violation.rule, violation.got.empty() ? "" : ", got ",
                      violation.got);
}

std::vector<Violation> Validate(const v1::JobSpec& spec) {
  std::vector<Violation> violations;
  FieldChecker fields(violations);
  fields.CheckMessage(spec, "");
  if (!fields.found_oversized()) CheckCrossRules(spec, violations);
  return violations;
}

absl::Status ToStatus(const std::vector<Violation>& violations) {
  if (violations.empty()) return absl::OkStatus();
  std::string text;
  size_t shown = 0;
  while (shown < violations.size()) {
    const std::string line = ToText(violations[shown]);
    if (text.size() + line.size() > kMostStatusBytes) break;
    absl::StrAppend(&text, shown == 0 ? "" : "\n", line);
    ++shown;
  }
  const size_t rest = violations.size() - shown;
  if (rest > 0) absl::StrAppend(&text, "\n(and ", rest, " more)");
  return absl::InvalidArgumentError(text);
}

}  // namespace geometer::contract
