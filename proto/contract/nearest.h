#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace geometer::contract {

// "; did you mean 'momentum'?" for the name of `valid` that is nearest to `wrong`, counting
// insertions, deletions, replacements and swaps of neighbours. Where more than a third of the
// letters would have to change, "; there is a, b, c" lists all instead. Empty when `valid` is.
std::string DidYouMean(absl::string_view wrong, const std::vector<std::string>& valid);

}  // namespace geometer::contract
