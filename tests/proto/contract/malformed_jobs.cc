#include "tests/proto/contract/malformed_jobs.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {
namespace {

// Accidents that happen to a text, and worse ones. Uses the generator's bits alone, since the
// standard's distributions differ between libraries.
class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string Mutate(std::string text) {
    for (int left = 1 + Below(4); left > 0 && !text.empty(); --left) Accident(text);
    return text;
  }

  size_t Below(size_t limit) { return random_() % limit; }

 private:
  void Accident(std::string& text) {
    const size_t place = Below(text.size());
    switch (Below(7)) {
      case 0:
        text[place] = static_cast<char>(Below(256));
        break;
      case 1:
        text.erase(place, 1 + Below(12));
        break;
      case 2:
        text.resize(place);
        break;
      case 3:
        text.insert(place, Token());
        break;
      case 4:
        text.insert(LineAt(text, place).first, Line(text, place));
        break;
      case 5:
        SwapLines(text, place, Below(text.size()));
        break;
      case 6:
        ReplaceNumber(text, place);
        break;
    }
  }

  std::string Token() {
    static const char* const kTokens[] = {
        "[",     "]",    "{", "}",    ",",   ": ", "- ",   "? ",          "\n", "  ",
        "\t",    "\"",   "'", "#",    "&a ", "*a", "!t ",  "|",           ">",  "---\n",
        "...\n", "<<: ", "~", "null", "yes", "\\", "\r\n", "\xEF\xBB\xBF"};
    return kTokens[Below(std::size(kTokens))];
  }

  // First and one past the last byte of the line around `place`, its end included.
  static std::pair<size_t, size_t> LineAt(const std::string& text, size_t place) {
    const size_t before = place == 0 ? text.npos : text.rfind('\n', place - 1);
    const size_t end = text.find('\n', place);
    return {before + 1, end == text.npos ? text.size() : end + 1};
  }

  static std::string Line(const std::string& text, size_t place) {
    const auto [begin, end] = LineAt(text, place);
    return text.substr(begin, end - begin);
  }

  static void SwapLines(std::string& text, size_t a, size_t b) {
    const auto [first, second] = std::minmax({LineAt(text, a), LineAt(text, b)});
    if (first == second) return;
    text = text.substr(0, first.first) + Line(text, second.first) +
           text.substr(first.second, second.first - first.second) + Line(text, first.first) +
           text.substr(second.second);
  }

  void ReplaceNumber(std::string& text, size_t place) {
    static const char* const kNumbers[] = {"99999999999999999999",
                                           "-1",
                                           "1e400",
                                           "0x10",
                                           "010",
                                           "\"7\"",
                                           ".inf",
                                           ".nan",
                                           "1e-9",
                                           "0",
                                           "1.5",
                                           "1_0"};
    const size_t begin = text.find_first_of("0123456789", place);
    if (begin == text.npos) return;
    const size_t end = std::min(text.find_first_not_of("0123456789", begin), text.size());
    text.replace(begin, end - begin, kNumbers[Below(std::size(kNumbers))]);
  }

  std::mt19937 random_;
};

}  // namespace

std::vector<MalformedJob> HandMadeJobs() {
  std::vector<MalformedJob> all;
  for (auto* group : {NotADocument, NotYaml, WrongKeys, WrongTypes, BrokenRules, BrokenDataRules,
                      BrokenTasks, BrokenGames}) {
    std::ranges::move(group(), std::back_inserter(all));
  }
  return all;
}

std::vector<std::string> MutatedJobs(int count, unsigned seed) {
  const std::vector<std::string> valid = ValidJobs();
  Mutator mutator(seed);
  std::vector<std::string> mutated(count);
  for (std::string& text : mutated) text = mutator.Mutate(valid[mutator.Below(valid.size())]);
  return mutated;
}

}  // namespace geometer::contract
