#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// Takes the path that breaks a rule and what is there.
using Report = std::function<void(std::string path, absl::string_view got)>;

// A rule between several fields of a spec that is looked at with its defaults.
struct CrossRule {
  absl::string_view rule;
  void (*find_breaches)(const v1::JobSpec& spec, const Report& report);
};

// The rules by subject: of names, of the data, of models, of learners, their tasks, their games and
// their regularizers, of probes.
std::span<const CrossRule> NameRules();
std::span<const CrossRule> DataRules();
std::span<const CrossRule> ModelRules();
std::span<const CrossRule> LearnerRules();
std::span<const CrossRule> TaskRules();
std::span<const CrossRule> GameRules();
std::span<const CrossRule> RegularizerRules();
std::span<const CrossRule> ProbeRules();

// A list of classes, as the data that have them number them.
using Classes = google::protobuf::RepeatedField<uint32_t>;

// Reports those of the list at `path` that are not below `count`.
void ReportUnknownClasses(const Classes& classes, uint64_t count, absl::string_view path,
                          const Report& report);
// Reports those that are there already.
void ReportRepeatedClasses(const Classes& classes, absl::string_view path, const Report& report);

// "list[index].rest".
std::string At(absl::string_view list, int index, absl::string_view rest);

}  // namespace geometer::contract
