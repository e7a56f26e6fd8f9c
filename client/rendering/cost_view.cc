#include "client/rendering/cost_view.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/rendering/message_json.h"
#include "client/rendering/number.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

// A tenth of a percent matters where budgets are some percent.
std::string FinePercent(double share) { return absl::StrFormat("%.1f %%", 100 * share); }

// Costs of one time may be microseconds.
std::string FineDuration(double seconds) {
  if (seconds >= 1) return Duration(seconds);
  if (seconds >= 1e-3) return absl::StrFormat("%.3g ms", 1e3 * seconds);
  return absl::StrFormat("%.3g µs", 1e6 * seconds);
}

Cell SplitCell(v1::Split split) {
  if (split == v1::SPLIT_UNSPECIFIED) return {};
  return {contract::EnumName(split)};
}

std::string PartName(const v1::PartCost& part) {
  if (!part.penalty().empty()) return absl::StrCat("of which ", part.penalty());
  return part.probe().empty() ? "updates" : part.probe();
}

// One time of a penalty against an update without any: "2.1".
Cell PlainUpdatesCell(const v1::PartCost& part) {
  if (part.penalty().empty()) return {};
  return {part.plain_updates(), absl::StrFormat("%.2g", part.plain_updates())};
}

std::vector<Cell> Row(const std::string& file, const v1::PartCost& part) {
  return {{file},
          {PartName(part)},
          part.task().empty() ? Cell() : Cell{part.task()},
          SplitCell(part.split()),
          {part.seconds(), FineDuration(part.seconds())},
          {static_cast<int64_t>(part.times())},
          {part.total_seconds(), FineDuration(part.total_seconds())},
          {part.share(), FinePercent(part.share())},
          PlainUpdatesCell(part)};
}

std::string StretchText(double stretch) {
  if (std::isinf(stretch)) return "only the start and the end are measured";
  if (stretch <= 1) return "no cadence is stretched";
  return absl::StrCat("cadences stretch ", ShortNumber(stretch), " times");
}

std::string RunText(double seconds, double share) {
  return absl::StrCat("about ", FineDuration(seconds), ", ", FinePercent(share),
                      " of it measuring");
}

}  // namespace

Table CostTable(const std::vector<FileCost>& costs) {
  Table table({{"file", ""},
               {"part", "PART"},
               {"task", "TASK", false, true},
               {"split", "SPLIT", false, true},
               {"seconds", "EACH", true},
               {"times", "TIMES", true},
               {"total_seconds", "TOTAL", true},
               {"share", "SHARE", true},
               {"plain_updates", "PLAIN UPDATES", true, true}});
  for (const auto& [file, estimate] : costs) {
    table.AddRow(Row(file, estimate.updates()));
    for (const v1::PartCost& part : estimate.penalties()) table.AddRow(Row(file, part));
    for (const v1::PartCost& part : estimate.measurements()) table.AddRow(Row(file, part));
  }
  return table;
}

nlohmann::ordered_json CostJson(const FileCost& cost) {
  nlohmann::ordered_json json = {{"file", cost.file}};
  json.update(MessageJson(cost.estimate));
  return json;
}

std::string CostSummary(const v1::CostEstimate& estimate) {
  std::string text = absl::StrCat(RunText(estimate.total_seconds(), estimate.measuring_share()),
                                  "; ", Bytes(estimate.peak_memory_bytes()), " of memory");
  if (!estimate.has_budgeted()) return text;
  const v1::BudgetedCost& budgeted = estimate.budgeted();
  absl::StrAppend(&text, "\nwith its budget of ", FinePercent(budgeted.budget()), ": ",
                  StretchText(budgeted.stretch()), ", ",
                  RunText(budgeted.total_seconds(), budgeted.measuring_share()));
  return text;
}

}  // namespace geometer::client
