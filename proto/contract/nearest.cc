#include "proto/contract/nearest.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace geometer::contract {
namespace {

// Longer words are nobody's misspelling: bounds the cost.
constexpr size_t kLongestWord = 64;

// Edits that turn `a` into `b`, a swap of neighbours counting as one (optimal string alignment).
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> edits(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) edits[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) edits[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1,
                              edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits[a.size()][b.size()];
}

}  // namespace

std::string DidYouMean(absl::string_view wrong, const std::vector<std::string>& valid) {
  if (valid.empty()) return "";
  const auto distance = [wrong](const std::string& name) { return Distance(wrong, name); };
  if (wrong.size() <= kLongestWord) {
    const auto nearest = std::ranges::min_element(valid, {}, distance);
    if (3 * distance(*nearest) <= std::max(wrong.size(), nearest->size())) {
      return absl::StrCat("; did you mean '", *nearest, "'?");
    }
  }
  return absl::StrCat("; there is ", absl::StrJoin(valid, ", "));
}

}  // namespace geometer::contract
