#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace geometer::client {

// The values that a flag may have, by name.
template <typename T>
using Choices = std::map<std::string, T>;

// A flag whose value is one of `choices`; `take` is given it, once for every time it is repeated.
template <typename T>
CLI::Option* AddChoice(CLI::App& app, const std::string& flag, const std::string& meaning,
                       const Choices<T>& choices, const std::function<void(T)>& take) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : choices) names.push_back(name);
  const auto known = [choices, names](const std::string& given) {
    if (choices.contains(given)) return std::string();
    return absl::StrCat("must be one of ", absl::StrJoin(names, ", "), ", got ", given);
  };
  const auto take_all = [choices, take](const std::vector<std::string>& given) {
    for (const std::string& name : given) take(choices.at(name));
  };
  return app.add_option_function<std::vector<std::string>>(flag, take_all, meaning)
      ->check(known)
      ->type_name(absl::StrCat("{", absl::StrJoin(names, ","), "}"))
      ->allow_extra_args(false);
}

}  // namespace geometer::client
