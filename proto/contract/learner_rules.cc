#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"

namespace geometer::contract {
namespace {

void BatchTooLarge(const v1::JobSpec& spec, const Report& report) {
  const uint64_t fewest = FewestExamples(spec);
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Batches& batches = spec.learners(i).batches();
    if (batches.full() || batches.size() <= fewest) continue;
    report(At("learners", i, "batches.size"),
           absl::StrCat(batches.size(), " with ", fewest, " training examples"));
  }
}

void UnequalParts(const v1::JobSpec& spec, const Report& report) {
  const uint64_t fewest = FewestExamples(spec);
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Batches& batches = spec.learners(i).batches();
    const uint64_t size = batches.full() ? fewest : batches.size();
    if (batches.accumulation() == 0 || size % batches.accumulation() == 0) continue;
    report(At("learners", i, "batches.accumulation"),
           absl::StrCat(batches.accumulation(), " of ", size, " examples"));
  }
}

void AdaptiveStrength(const v1::JobSpec& spec, const Report& report) {
  const auto check = [&report](const auto& list, const std::string& path) {
    for (int i = 0; i < list.size(); ++i) {
      const v1::Schedule& schedule = list[i].schedule();
      if (HasAdaptiveRate(schedule))
        report(absl::StrCat(path, "[", i, "].schedule"), "an adaptive rate");
      if (schedule.reference_batch() > 0) {
        report(absl::StrCat(path, "[", i, "].schedule.reference_batch"),
               absl::StrCat(schedule.reference_batch()));
      }
    }
  };
  for (int i = 0; i < spec.learners_size(); ++i) {
    check(spec.learners(i).regularizers(), At("learners", i, "regularizers"));
    check(spec.learners(i).noise(), At("learners", i, "noise"));
  }
}

void ScaledAdaptiveRate(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Schedule& schedule = spec.learners(i).schedule();
    if (!HasAdaptiveRate(schedule) || schedule.reference_batch() == 0) continue;
    report(At("learners", i, "schedule.reference_batch"), absl::StrCat(schedule.reference_batch()));
  }
}

void FloorAboveCap(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::CorridorSchedule& corridor = spec.learners(i).schedule().corridor();
    if (corridor.floor() <= corridor.cap()) continue;
    report(At("learners", i, "schedule.corridor.floor"),
           absl::StrCat(corridor.floor(), " with cap ", corridor.cap()));
  }
}

// Windows of learning rates, of weights and of strengths.
void EmptyWindow(const v1::JobSpec& spec, const Report& report) {
  const auto check = [&report](const v1::Schedule& schedule, const std::string& path) {
    const auto look = [&](const auto& window, absl::string_view shape) {
      if (window.stop() > window.start()) return;
      report(absl::StrCat(path, "schedule.", shape, ".stop"),
             absl::StrCat(window.stop(), " with start ", window.start()));
    };
    if (schedule.has_window()) look(schedule.window(), "window");
    if (schedule.has_drift_adjusted()) look(schedule.drift_adjusted(), "drift_adjusted");
  };
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    check(learner.schedule(), At("learners", i, ""));
    for (int j = 0; j < learner.regularizers_size(); ++j) {
      check(learner.regularizers(j).schedule(),
            At("learners", i, absl::StrCat("regularizers[", j, "].")));
    }
    for (int j = 0; j < learner.noise_size(); ++j) {
      check(learner.noise(j).schedule(), At("learners", i, absl::StrCat("noise[", j, "].")));
    }
  }
}

void FallingMilestones(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const auto& milestones = spec.learners(i).schedule().step().milestones();
    for (int j = 1; j < milestones.size(); ++j) {
      if (milestones[j] > milestones[j - 1]) continue;
      report(At("learners", i, absl::StrCat("schedule.step.milestones[", j, "]")),
             absl::StrCat(milestones[j], " after ", milestones[j - 1]));
    }
  }
}

void IdleNesterov(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::SgdOptimizer& sgd = spec.learners(i).optimizer().sgd();
    if (!sgd.nesterov() || (sgd.momentum() > 0 && sgd.dampening() == 0)) continue;
    report(At("learners", i, "optimizer.sgd.nesterov"),
           absl::StrCat("momentum ", sgd.momentum(), ", dampening ", sgd.dampening()));
  }
}

void ImpossibleShare(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    for (int j = 0; j < spec.learners(i).noise_size(); ++j) {
      const v1::Noise& noise = spec.learners(i).noise(j);
      if (!noise.has_labels() || noise.strength() <= 1) continue;
      report(At("learners", i, absl::StrCat("noise[", j, "].strength")),
             absl::StrCat(noise.strength()));
    }
  }
}

void ValuesAsLabels(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const absl::string_view labelled = LabelLossName(spec.learners(i).objective());
    if (labelled.empty()) continue;
    for (int j = 0; j < spec.learners(i).noise_size(); ++j) {
      if (!spec.learners(i).noise(j).has_targets()) continue;
      report(At("learners", i, absl::StrCat("noise[", j, "].targets")), labelled);
    }
  }
}

void NoClasses(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* values = FirstWithout(spec, MayHaveClasses);
  for (int i = 0; i < spec.learners_size() && values != nullptr; ++i) {
    const absl::string_view labelled = LabelLossName(spec.learners(i).objective());
    if (labelled.empty() || spec.learners(i).has_multitask()) continue;  // task_rules.cc
    report(At("learners", i, absl::StrCat("objective.", labelled)), SourceName(*values));
  }
  for (int i = 0; i < spec.learners_size() && values != nullptr; ++i) {
    for (int j = 0; j < spec.learners(i).noise_size(); ++j) {
      if (!spec.learners(i).noise(j).has_labels()) continue;
      report(At("learners", i, absl::StrCat("noise[", j, "].labels")), SourceName(*values));
    }
  }
}

void NoPictures(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* columns = FirstWithout(spec, MayHavePictures);
  for (int i = 0; i < spec.learners_size() && columns != nullptr; ++i) {
    const v1::Model& model = spec.learners(i).model();
    if (model.has_mlp() || model.has_point()) continue;
    report(At("learners", i, absl::StrCat("model.", ArchitectureName(model))),
           SourceName(*columns));
  }
}

// Its integrators ask for gradients of their own, each of which would be clipped by itself.
void ClippedFlow(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Optimizer& optimizer = spec.learners(i).optimizer();
    if (!optimizer.has_gradient_flow() || optimizer.clip_norm() == 0) continue;
    report(At("learners", i, "optimizer.clip_norm"), "gradient_flow");
  }
}

// The noise that a Morse network needs, and no other; it brings labels of its own, so it comes
// last.
void MisplacedReference(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    const v1::MorseObjective& morse = learner.objective().morse();
    const bool taken = learner.objective().has_morse() && morse.loss() != v1::MORSE_LOSS_POSTERIOR;
    const bool needed = taken && morse.noise_weight() > 0;
    bool there = false;
    for (int j = 0; j < learner.noise_size(); ++j) {
      const bool last = j + 1 == learner.noise_size();
      const bool reference = learner.noise(j).has_reference();
      there |= reference;
      if (!reference || (last && taken)) continue;
      report(At("learners", i, absl::StrCat("noise[", j, "].reference")),
             last ? "another objective" : "noise after it");
    }
    if (needed && !there) report(At("learners", i, "objective.morse"), "no reference");
  }
}

void PosteriorOfOneDensity(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::MorseObjective& morse = spec.learners(i).objective().morse();
    if (morse.loss() != v1::MORSE_LOSS_POSTERIOR || HasClassTargets(morse)) continue;
    report(At("learners", i, "objective.morse.loss"), EnumName(morse.targets()));
  }
}

void MeanOfGivenWeights(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    const v1::InitialWeights& weights = learner.model().weights();
    if (learner.objective().morse().targets() != v1::MORSE_TARGETS_INITIAL_MEAN ||
        !learner.model().has_weights()) {
      continue;
    }
    report(At("learners", i, "objective.morse.targets"),
           weights.has_parent() ? absl::StrCat("weights of job ", weights.parent().job())
                                : absl::StrCat("weights from ", weights.file()));
  }
}

void RoundedFloat64(const v1::JobSpec& spec, const Report& report) {
  if (spec.precision() == v1::PRECISION_BFLOAT16 && spec.dtype() == v1::DTYPE_FLOAT64) {
    report("precision", "bfloat16");
  }
}

constexpr CrossRule kRules[] = {
    {"must be at most the training examples unless full is true", BatchTooLarge},
    {"must divide the examples of a batch", UnequalParts},
    {"must follow from the step alone", AdaptiveStrength},
    {"must be left out: the schedule finds the rate itself", ScaledAdaptiveRate},
    {"must rise", FallingMilestones},
    {"must be at most cap", FloorAboveCap},
    {"must be after start", EmptyWindow},
    {"needs momentum without dampening", IdleNesterov},
    {"must be a share of the labels, at most 1", ImpossibleShare},
    {"needs an objective on values: mean_squared_error", ValuesAsLabels},
    {"needs data with classes", NoClasses},
    {"needs data of pictures", NoPictures},
    {"needs an optimizer that takes steps along one gradient", ClippedFlow},
    {"must be full where dtype is float64", RoundedFloat64},
    {"needs a last noise of kind reference, which no other objective takes; or noise_weight: 0",
     MisplacedReference},
    {"needs targets: classes where it is posterior", PosteriorOfOneDensity},
    {"must not be initial_mean unless weights are fresh", MeanOfGivenWeights},
};

}  // namespace

std::span<const CrossRule> LearnerRules() { return kRules; }

}  // namespace geometer::contract
