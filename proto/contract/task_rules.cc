#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"

namespace geometer::contract {
namespace {

// Calls `look` with every task of the job, its learner and its path.
template <typename Look>
void ForEach(const v1::JobSpec& spec, const Look& look) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    for (int j = 0; j < learner.multitask().tasks_size(); ++j) {
      look(learner.multitask().tasks(j), learner,
           At("learners", i, absl::StrCat("multitask.tasks[", j, "].")));
    }
  }
}

// The same with its data set, where it has one.
template <typename Look>
void ForEachWithData(const v1::JobSpec& spec, const Look& look) {
  ForEach(spec, [&](const v1::Task& task, const v1::Learner& learner, const std::string& path) {
    const int data = DataIndexOf(spec, task);
    if (data < spec.data_size()) look(task, learner, spec.data(data), path);
  });
}

// The number of classes that a task's data set has; 0 for regression.
std::optional<uint64_t> ClassesIn(const v1::Dataset& data) {
  if (data.classes_size() > 0) return data.classes_size();
  return ClassesOf(data);
}

bool TakesTurns(const v1::Learner& learner) {
  return learner.has_multitask() && learner.multitask().order() != v1::TASK_ORDER_SIMULTANEOUS &&
         learner.multitask().tasks_size() > 1;
}

void UnknownData(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Task& task, const v1::Learner&, const std::string& path) {
    if (DataIndexOf(spec, task) == spec.data_size()) report(path + "data", task.data());
  });
}

void UnusedData(const v1::JobSpec& spec, const Report& report) {
  std::set<const v1::Dataset*> used = {spec.data_size() > 0 ? &spec.data(0) : nullptr};
  ForEachWithData(spec, [&](const v1::Task&, const v1::Learner&, const v1::Dataset& data,
                            const std::string&) { used.insert(&data); });
  for (int i = 0; i < spec.data_size(); ++i) {
    if (used.contains(&spec.data(i)) || IsOutside(spec, spec.data(i))) continue;
    report(absl::StrCat("data[", i, "]"), spec.data(i).name());
  }
}

void UnknownClass(const v1::JobSpec& spec, const Report& report) {
  ForEachWithData(spec, [&](const v1::Task& task, const v1::Learner&, const v1::Dataset& data,
                            const std::string& path) {
    const uint64_t classes = ClassesIn(data).value_or(UINT64_MAX);
    if (classes == 0) return;  // NoClasses
    ReportUnknownClasses(task.classes(), classes, path + "classes", report);
  });
}

void RepeatedClass(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Task& task, const v1::Learner&, const std::string& path) {
    ReportRepeatedClasses(task.classes(), path + "classes", report);
  });
}

void UnequalOutputs(const v1::JobSpec& spec, const Report& report) {
  std::optional<uint64_t> shared;
  ForEachWithData(spec, [&](const v1::Task& task, const v1::Learner&, const v1::Dataset& data,
                            const std::string& path) {
    const auto classes = ClassesIn(data);
    if (task.own_head() || !classes.has_value()) return;
    if (shared.has_value() && *shared != *classes) {
      report(path + "own_head", absl::StrCat("false with ", *classes, " classes after ", *shared));
    }
    shared = classes;
  });
}

void NoClasses(const v1::JobSpec& spec, const Report& report) {
  ForEachWithData(spec, [&](const v1::Task& task, const v1::Learner& learner,
                            const v1::Dataset& data, const std::string& path) {
    if (MayHaveClasses(data)) return;
    const absl::string_view labelled =
        LabelLossName(task.has_objective() ? task.objective() : learner.objective());
    if (!labelled.empty()) report(absl::StrCat(path, "objective.", labelled), SourceName(data));
    if (task.classes_size() > 0) report(path + "classes", SourceName(data));
  });
}

void NoPictures(const v1::JobSpec& spec, const Report& report) {
  ForEachWithData(spec, [&](const v1::Task& task, const v1::Learner&, const v1::Dataset& data,
                            const std::string& path) {
    if (!task.inputs().has_rotated() || MayHavePictures(data)) return;
    report(path + "inputs.rotated", SourceName(data));
  });
}

void AugmentedPermutation(const v1::JobSpec& spec, const Report& report) {
  ForEachWithData(spec, [&](const v1::Task& task, const v1::Learner&, const v1::Dataset& data,
                            const std::string& path) {
    if (!task.inputs().has_permuted() || !data.has_augmentation()) return;
    report(path + "inputs.permuted", "augmentation");
  });
}

void IdleTurn(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Task& task, const v1::Learner& learner, const std::string& path) {
    if (task.turn() <= 1 || TakesTurns(learner)) return;
    report(path + "turn",
           absl::StrCat(task.turn(), " with order ", EnumName(learner.multitask().order()), " of ",
                        learner.multitask().tasks_size(), " tasks"));
  });
}

void NoSwitches(const v1::JobSpec& spec, const Report& report) {
  if (std::ranges::any_of(spec.learners(), TakesTurns)) return;
  if (spec.checkpoint().every().has_task_switch()) report("checkpoint.every.task_switch", "");
  for (int i = 0; i < spec.probes_size(); ++i) {
    if (spec.probes(i).every().has_task_switch()) report(At("probes", i, "every.task_switch"), "");
  }
}

bool IsSimultaneous(const v1::Learner& learner) {
  return learner.multitask().order() == v1::TASK_ORDER_SIMULTANEOUS &&
         learner.multitask().tasks_size() > 1;
}

void LonelyConflict(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    for (int j = 0; j < learner.regularizers_size() && !IsSimultaneous(learner); ++j) {
      if (!learner.regularizers(j).has_conflict()) continue;
      report(At("learners", i, absl::StrCat("regularizers[", j, "].conflict")), "");
    }
    const auto kind = learner.multitask().combination().kind_case();
    if (!learner.has_multitask() || kind == v1::Combination::kSum || IsSimultaneous(learner))
      continue;
    report(At("learners", i, "multitask.combination"), "");
  }
}

// Their rates need the loss whose gradient is followed.
void CombinedRate(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    const v1::Schedule& schedule = learner.schedule();
    if (!learner.has_multitask() || learner.multitask().combination().has_sum()) continue;
    if (!HasAdaptiveRate(schedule)) continue;
    report(At("learners", i, absl::StrCat("schedule.", ScheduleName(schedule))),
           absl::StrCat("combination ", CombinationName(learner.multitask().combination())));
  }
}

// The bracket is that of the losses' gradients, at one rate.
void MisplacedCorrection(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    if (!learner.multitask().bracket_correction()) continue;
    const bool sequential = learner.multitask().order() == v1::TASK_ORDER_SEQUENTIAL;
    const std::string other = !sequential
                                  ? absl::StrCat("order ", EnumName(learner.multitask().order()))
                              : HasAdaptiveRate(learner.schedule())
                                  ? absl::StrCat("schedule ", ScheduleName(learner.schedule()))
                                  : MoreThanDescent(learner.optimizer());
    if (!other.empty()) report(At("learners", i, "multitask.bracket_correction"), other);
  }
}

// A head's layers are no chain from the inputs to all outputs.
void BoundsOfAHead(const v1::JobSpec& spec, const Report& report) {
  bool heads = false;
  ForEach(spec, [&](const v1::Task& task, const v1::Learner&, const std::string&) {
    heads |= task.own_head();
  });
  for (int i = 0; i < spec.probes_size() && heads; ++i) {
    const v1::Probe& probe = spec.probes(i);
    if (probe.has_complexity_bounds()) report(At("probes", i, "complexity_bounds"), "own_head");
    if (probe.gradient_statistics().transfer()) {
      report(At("probes", i, "gradient_statistics.transfer"), "own_head");
    }
  }
}

constexpr CrossRule kRules[] = {
    {"must name a data set of the job", UnknownData},
    {"must be used by a task or a probe", UnusedData},
    {"must be a class of the data set", UnknownClass},
    {"must differ from those before it", RepeatedClass},
    {"must be true where the tasks have different numbers of classes", UnequalOutputs},
    {"needs data with classes", NoClasses},
    {"needs data of pictures", NoPictures},
    {"needs data without augmentation, which shifts pictures", AugmentedPermutation},
    {"needs several tasks in an order where they take turns", IdleTurn},
    {"needs several tasks in an order where they take turns", NoSwitches},
    {"needs several tasks in each update", LonelyConflict},
    {"needs the sum of the tasks' gradients", CombinedRate},
    {"needs sequential turns, sgd alone (no momentum, decay or clipping) and a rate that no loss "
     "decides",
     MisplacedCorrection},
    {"needs tasks that share all outputs", BoundsOfAHead},
};

}  // namespace

std::span<const CrossRule> TaskRules() { return kRules; }

}  // namespace geometer::contract
