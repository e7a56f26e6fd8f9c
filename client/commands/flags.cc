#include "client/commands/flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/commands/choice.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

// The values of a protobuf enum, without "unspecified".
template <typename Enum>
Choices<Enum> EnumChoices() {
  Choices<Enum> choices;
  const auto& type = *google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    choices[contract::EnumValueName(*type.value(i))] = static_cast<Enum>(type.value(i)->number());
  }
  return choices;
}

std::string CheckId(const std::string& text) {
  int64_t id = 0;
  if (absl::SimpleAtoi(text, &id) && id > 0) return "";
  return absl::StrCat("must be a job's number, got ", text, "; see geometer list");
}

}  // namespace

void AddFormat(CLI::App& app, TableFormat& format) {
  AddChoice<TableFormat>(
      app, "-o,--format", "How to print it; a table by default",
      {{"table", TableFormat::kTable}, {"json", TableFormat::kJson}, {"csv", TableFormat::kCsv}},
      [&format](TableFormat value) { format = value; })
      ->expected(1);
}

void AddSplit(CLI::App& app, v1::Split& split) {
  AddChoice<v1::Split>(app, "--split", "Only values of this split", EnumChoices<v1::Split>(),
                       [&split](v1::Split value) { split = value; })
      ->expected(1);
}

void AddStates(CLI::App& app, std::vector<v1::JobState>& states) {
  AddChoice<v1::JobState>(app, "--state", "Only jobs in this state (repeatable)",
                          EnumChoices<v1::JobState>(),
                          [&states](v1::JobState value) { states.push_back(value); });
}

void AddOrder(CLI::App& app, v1::JobOrder& order) {
  AddChoice<v1::JobOrder>(app, "--order", "Order of the jobs; newest first by default",
                          EnumChoices<v1::JobOrder>(),
                          [&order](v1::JobOrder value) { order = value; })
      ->expected(1);
}

void AddJobId(CLI::App& app, int64_t& id) {
  app.add_option("ID", id, "The job's id")->required()->check(CheckId);
}

void AddJobIds(CLI::App& app, std::vector<int64_t>& ids) {
  app.add_option("ID", ids, "The jobs' ids")->required()->check(CheckId);
}

void AddJobFiles(CLI::App& app, std::vector<std::string>& files,
                 std::vector<std::string>& overrides) {
  app.add_option("FILE", files, "Job files; - is standard input")->required();
  app.add_option("--set", overrides, "Change a field of every file: path=value (repeatable)")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

}  // namespace geometer::client
