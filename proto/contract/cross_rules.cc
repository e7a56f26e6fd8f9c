#include "proto/contract/cross_rules.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/defaults.h"
#include "proto/contract/text.h"

namespace geometer::contract {

std::string At(absl::string_view list, int index, absl::string_view rest) {
  return absl::StrCat(list, "[", index, "].", rest);
}

void ReportUnknownClasses(const Classes& classes, uint64_t count, absl::string_view path,
                          const Report& report) {
  for (int i = 0; i < classes.size(); ++i) {
    if (classes[i] < count) continue;
    report(absl::StrCat(path, "[", i, "]"), absl::StrCat(classes[i], " of ", count));
  }
}

void ReportRepeatedClasses(const Classes& classes, absl::string_view path, const Report& report) {
  std::set<uint32_t> seen;
  for (int i = 0; i < classes.size(); ++i) {
    if (seen.insert(classes[i]).second) continue;
    report(absl::StrCat(path, "[", i, "]"), absl::StrCat(classes[i]));
  }
}

void CheckCrossRules(const v1::JobSpec& spec, std::vector<Violation>& violations) {
  const v1::JobSpec explicit_spec = WithDefaults(spec);
  for (const auto rules : {NameRules(), DataRules(), ModelRules(), LearnerRules(), TaskRules(),
                           GameRules(), RegularizerRules(), ProbeRules()}) {
    for (const CrossRule& rule : rules) {
      rule.find_breaches(explicit_spec, [&](std::string path, absl::string_view got) {
        violations.push_back({std::move(path), std::string(rule.rule), Shown(got)});
      });
    }
  }
}

}  // namespace geometer::contract
