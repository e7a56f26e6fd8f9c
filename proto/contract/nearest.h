#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace geometer::contract {

// "; did you mean `momentum`?" for the name of `valid` that is nearest to `wrong`, counting
// insertions, deletions, replacements and swaps of neighbours; empty when none is near (more than a
// third of the letters wrong).
std::string DidYouMean(std::string_view wrong, const std::vector<std::string>& valid);

}  // namespace geometer::contract
