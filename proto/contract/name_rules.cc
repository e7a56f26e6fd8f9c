#include <set>
#include <string>

#include "proto/contract/cross_rule.h"

namespace geometer::contract {
namespace {

template <typename Named>
void FindMissingNames(const Named& list, absl::string_view path, const Report& report) {
  for (int i = 0; i < list.size() && list.size() > 1; ++i) {
    if (list[i].name().empty()) report(At(path, i, "name"), "");
  }
}

template <typename Named>
void FindRepeatedNames(const Named& list, absl::string_view path, const Report& report) {
  std::set<std::string> seen;
  for (int i = 0; i < list.size(); ++i) {
    const std::string& name = list[i].name();
    if (!name.empty() && !seen.insert(name).second) report(At(path, i, "name"), name);
  }
}

void MissingNames(const v1::JobSpec& spec, const Report& report) {
  FindMissingNames(spec.data(), "data", report);
  FindMissingNames(spec.learners(), "learners", report);
}

void RepeatedNames(const v1::JobSpec& spec, const Report& report) {
  FindRepeatedNames(spec.data(), "data", report);
  FindRepeatedNames(spec.learners(), "learners", report);
  FindRepeatedNames(spec.probes(), "probes", report);
  for (int i = 0; i < spec.learners_size(); ++i) {
    FindRepeatedNames(spec.learners(i).multitask().tasks(), At("learners", i, "multitask.tasks"),
                      report);
  }
}

void ReservedProbeName(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    if (spec.probes(i).name() == "training") report(At("probes", i, "name"), "training");
  }
}

void UnknownLearner(const v1::JobSpec& spec, const Report& report) {
  std::set<std::string> names;
  for (const v1::Learner& learner : spec.learners()) names.insert(learner.name());
  for (int i = 0; i < spec.probes_size(); ++i) {
    const std::string& name = spec.probes(i).learner();
    if (!name.empty() && !names.contains(name)) report(At("probes", i, "learner"), name);
  }
}

constexpr CrossRule kRules[] = {
    {"must be given when there are several", MissingNames},
    {"must differ from those before it", RepeatedNames},
    {"must not be the name of the run's own series", ReservedProbeName},
    {"must name a learner of the job", UnknownLearner},
};

}  // namespace

std::span<const CrossRule> NameRules() { return kRules; }

}  // namespace geometer::contract
