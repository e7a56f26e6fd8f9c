#include "proto/contract/path.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "proto/contract/text.h"

namespace geometer::contract {
namespace {

// Whether `text` is "field", "field[3]" or "field[+]", taken apart into `step`.
bool ParseStep(absl::string_view text, PathStep& step) {
  const size_t bracket = text.find('[');
  step.field = std::string(text.substr(0, bracket));
  if (step.field.empty()) return false;
  if (bracket == text.npos) return true;
  absl::string_view place = text.substr(bracket + 1);
  if (!absl::ConsumeSuffix(&place, "]")) return false;
  step.append = place == "+";
  if (step.append) return true;
  int index;
  if (!absl::SimpleAtoi(place, &index) || index < 0) return false;
  step.index = index;
  return true;
}

}  // namespace

absl::StatusOr<std::vector<PathStep>> ParsePath(absl::string_view path) {
  std::vector<PathStep> steps;
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    PathStep step;
    if (!ParseStep(part, step)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", Shown(path),
                       "' is no path: write field names with dots between them, and [0] or [+] ",
                       "after a list"));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace geometer::contract
