#include "client/completion.h"

#include <CLI/CLI.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace geometer::client {
namespace {

// Something that may be typed, and its meaning.
struct Word {
  std::string text;
  std::string meaning;
};

// A flag, and what may follow it.
struct Flag {
  std::vector<std::string> names = {};  // with their dashes
  std::string meaning = {};
  bool takes_value = false;
  std::vector<std::string> values = {};  // empty: anything
};

// What may be typed after some commands. `path` is a space before each of them: " artifacts list".
struct Place {
  std::string path;
  std::vector<Word> words = {};
  std::vector<Flag> flags = {};
};

// The members of the set that `option` is checked against; CLI11 tells them only in its text for
// people, as "{csv,json,table}".
std::vector<std::string> Values(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t open = type.find('{');
  const size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return absl::StrSplit(type.substr(open + 1, close - open - 1), ',');
}

void AddOptions(const CLI::App& app, Place& place) {
  for (const CLI::Option* option : app.get_options()) {
    Flag flag{.meaning = option->get_description(),
              .takes_value = option->get_items_expected_max() > 0,
              .values = Values(*option)};
    for (const std::string& name : option->get_snames())
      flag.names.push_back(absl::StrCat("-", name));
    for (const std::string& name : option->get_lnames())
      flag.names.push_back(absl::StrCat("--", name));
    if (!flag.names.empty()) {
      place.flags.push_back(std::move(flag));
      continue;
    }
    for (const std::string& value : flag.values) place.words.push_back({value, ""});
  }
}

void Collect(const CLI::App& app, const CLI::App& root, const std::string& path,
             std::vector<Place>& places) {
  const size_t at = places.size();
  places.push_back({.path = path});
  AddOptions(app, places[at]);
  if (&app != &root) AddOptions(root, places[at]);  // flags before any command hold after it too
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    places[at].words.push_back({command->get_name(), command->get_description()});
    Collect(*command, root, absl::StrCat(path, " ", command->get_name()), places);
  }
}

// In single quotes, for bash and zsh.
std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

// In single quotes, for fish.
std::string FishQuoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// All paths but the empty one, as patterns of a `case`.
std::string Paths(const std::vector<Place>& places, const char* separator) {
  std::vector<std::string> paths;
  for (const Place& place : places) {
    if (!place.path.empty()) paths.push_back(Quoted(place.path));
  }
  return absl::StrJoin(paths, separator);
}

// The branches of a `case` on "PATH FLAG" that complete a flag's value with `command`.
std::string ValueBranches(const std::vector<Place>& places, const char* command) {
  std::string branches;
  for (const Place& place : places) {
    for (const Flag& flag : place.flags) {
      if (!flag.takes_value) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : flag.names) {
        patterns.push_back(Quoted(absl::StrCat(place.path, " ", name)));
      }
      absl::StrAppend(&branches, "    ", absl::StrJoin(patterns, "|"), ") ",
                      absl::StrReplaceAll(command, {{"VALUES", absl::StrJoin(flag.values, " ")}}),
                      "; return ;;\n");
    }
  }
  return branches;
}

std::string Bash(const std::vector<Place>& places) {
  std::string words;
  for (const Place& place : places) {
    std::vector<std::string> texts;
    for (const Word& word : place.words) texts.push_back(word.text);
    for (const Flag& flag : place.flags) {
      texts.insert(texts.end(), flag.names.begin(), flag.names.end());
    }
    absl::StrAppend(&words, "    ", Quoted(place.path),
                    ") choices=", Quoted(absl::StrJoin(texts, " ")), " ;;\n");
  }
  return absl::StrCat(R"(_geometer() {
  local word=${COMP_WORDS[COMP_CWORD]} place= choices= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place ${COMP_WORDS[i]}" in
      )",
                      Paths(places, "|"), R"() place="$place ${COMP_WORDS[i]}" ;;
    esac
  done
  case "$place ${COMP_WORDS[COMP_CWORD-1]}" in
)",
                      ValueBranches(places, "COMPREPLY=($(compgen -W 'VALUES' -- \"$word\"))"),
                      R"(  esac
  case "$place" in
)",
                      words, R"(  esac
  COMPREPLY=($(compgen -W "$choices" -- "$word"))
}
complete -o default -F _geometer geometer
)");
}

// "word:meaning", as _describe reads it.
std::string Described(const std::string& text, const std::string& meaning) {
  return Quoted(absl::StrCat(absl::StrReplaceAll(text, {{":", "\\:"}}), ":", meaning));
}

std::string Zsh(const std::vector<Place>& places) {
  std::string branches;
  for (const Place& place : places) {
    std::vector<std::string> choices;
    for (const Word& word : place.words) choices.push_back(Described(word.text, word.meaning));
    for (const Flag& flag : place.flags) {
      for (const std::string& name : flag.names) choices.push_back(Described(name, flag.meaning));
    }
    absl::StrAppend(&branches, "    ", Quoted(place.path), ") choices=(",
                    absl::StrJoin(choices, " "), ") ;;\n");
  }
  return absl::StrCat(R"(#compdef geometer
_geometer() {
  local place= i
  local -a choices
  for ((i = 2; i < CURRENT; i++)); do
    case "$place ${words[i]}" in
      )",
                      Paths(places, "|"), R"() place="$place ${words[i]}" ;;
    esac
  done
  case "$place ${words[CURRENT-1]}" in
)",
                      ValueBranches(places, "compadd -- VALUES || _files"), R"(  esac
  case "$place" in
)",
                      branches, R"(  esac
  _describe -o geometer choices
  _files
}
compdef _geometer geometer
)");
}

std::string FishFlag(const std::string& complete, const Flag& flag) {
  std::string line = complete;
  for (const std::string& name : flag.names) {
    const bool is_long = name.rfind("--", 0) == 0;
    absl::StrAppend(&line, is_long ? " -l " : " -s ", name.substr(is_long ? 2 : 1));
  }
  if (flag.takes_value) absl::StrAppend(&line, flag.values.empty() ? " -r" : " -x");
  if (!flag.values.empty()) {
    absl::StrAppend(&line, " -a ", FishQuoted(absl::StrJoin(flag.values, " ")));
  }
  return absl::StrCat(line, " -d ", FishQuoted(flag.meaning), "\n");
}

std::string Fish(const std::vector<Place>& places) {
  std::string lines;
  for (const Place& place : places) {
    const std::string complete = absl::StrCat(
        "complete -c geometer -n ", FishQuoted(absl::StrCat("__geometer_at '", place.path, "'")));
    for (const Word& word : place.words) {
      absl::StrAppend(&lines, complete, " -f -a ", FishQuoted(word.text), " -d ",
                      FishQuoted(word.meaning), "\n");
    }
    for (const Flag& flag : place.flags) lines += FishFlag(complete, flag);
  }
  return absl::StrCat(R"(function __geometer_at
  set -l place ''
  for word in (commandline -opc)[2..]
    switch "$place $word"
      case )",
                      Paths(places, " "), R"(
        set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
)",
                      lines);
}

}  // namespace

std::string CompletionScript(const CLI::App& app, Shell shell) {
  std::vector<Place> places;
  Collect(app, app, "", places);
  switch (shell) {
    case Shell::kBash:
      return Bash(places);
    case Shell::kZsh:
      return Zsh(places);
    case Shell::kFish:
      return Fish(places);
  }
  return "";
}

}  // namespace geometer::client
