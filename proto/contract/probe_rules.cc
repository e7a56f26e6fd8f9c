#include <google/protobuf/util/message_differencer.h>

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

using google::protobuf::util::MessageDifferencer;

uint64_t SizeOf(const v1::Dataset& data, v1::Split split) {
  const SplitSizes sizes = SizesOf(data);
  return split == v1::SPLIT_VALIDATION ? sizes.validation
         : split == v1::SPLIT_TEST     ? sizes.test
                                       : sizes.train;
}

template <typename Enum, typename List>
void FindRepeatedChoices(const List& list, const std::string& path, const Report& report) {
  std::set<int> seen;
  for (int i = 0; i < list.size(); ++i) {
    if (seen.insert(list[i]).second) continue;
    report(absl::StrCat(path, "[", i, "]"), EnumName(static_cast<Enum>(list[i])));
  }
}

// Reports what of `part` needs classes.
void NeedsClasses(const v1::LossPart& part, const std::string& path,
                  const std::function<void(std::string path)>& report) {
  if (part.classes_size() > 0) report(path + ".classes");
  const absl::string_view labelled = LabelLossName(part.objective());
  if (!labelled.empty()) report(absl::StrCat(path, ".objective.", labelled));
}

void NoClasses(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* values = FirstWithout(spec, MayHaveClasses);
  const auto refuse = [&](std::string path) { report(std::move(path), SourceName(*values)); };
  for (int i = 0; i < spec.probes_size() && values != nullptr; ++i) {
    const v1::Probe& probe = spec.probes(i);
    if (probe.has_neural_collapse()) refuse(At("probes", i, "neural_collapse"));
    if (probe.has_margins()) refuse(At("probes", i, "margins"));
    if (probe.has_few_shot()) refuse(At("probes", i, "few_shot"));
    if (probe.has_calibration()) refuse(At("probes", i, "calibration"));
    if (probe.geometric_complexity().by_class()) {
      refuse(At("probes", i, "geometric_complexity.by_class"));
    }
    NeedsClasses(probe.lie_bracket().first(), At("probes", i, "lie_bracket.first"), refuse);
    NeedsClasses(probe.lie_bracket().second(), At("probes", i, "lie_bracket.second"), refuse);
  }
}

void SeveralInputs(const v1::JobSpec& spec, const Report& report) {
  if (std::ranges::any_of(spec.data(), MayHaveOneInput)) return;
  for (int i = 0; i < spec.probes_size(); ++i) {
    if (spec.probes(i).has_function_shape()) report(At("probes", i, "function_shape"), "");
  }
}

void NotInThePlane(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* other = FirstWithout(spec, MayHaveTwoInputs);
  for (int i = 0; i < spec.probes_size() && other != nullptr; ++i) {
    if (spec.probes(i).has_plane_map()) report(At("probes", i, "plane_map"), SourceName(*other));
  }
}

void BoundsOfAnotherModel(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    const auto another = std::ranges::find_if(spec.learners(), [&](const v1::Learner& learner) {
      const bool looked_at = probe.learner().empty() || probe.learner() == learner.name();
      return looked_at && !learner.model().has_mlp();
    });
    if (another == spec.learners().end()) continue;
    const absl::string_view name = ArchitectureName(another->model());
    if (probe.has_complexity_bounds()) report(At("probes", i, "complexity_bounds"), name);
    if (probe.gradient_statistics().transfer()) {
      report(At("probes", i, "gradient_statistics.transfer"), name);
    }
  }
}

void DescentOfAnotherRule(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    const bool another = std::ranges::any_of(spec.learners(), [&](const v1::Learner& learner) {
      const bool looked_at = probe.learner().empty() || probe.learner() == learner.name();
      return looked_at && !learner.optimizer().has_sgd();
    });
    if (!another) continue;
    if (probe.has_stability()) report(At("probes", i, "stability"), "another rule");
    if (probe.has_modified_loss()) report(At("probes", i, "modified_loss"), "another rule");
    if (probe.has_flow_distance()) report(At("probes", i, "flow_distance"), "another rule");
  }
}

void RepeatedChoices(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    FindRepeatedChoices<v1::Split>(probe.splits(), At("probes", i, "splits"), report);
    FindRepeatedChoices<v1::OodScore>(probe.ood_detection().scores(),
                                      At("probes", i, "ood_detection.scores"), report);
    FindRepeatedChoices<v1::Flow>(probe.flow_distance().flows(),
                                  At("probes", i, "flow_distance.flows"), report);
  }
}

void EmptySplit(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    for (int j = 0; j < spec.probes(i).splits_size(); ++j) {
      const v1::Split split = spec.probes(i).splits(j);
      const bool empty = std::ranges::any_of(spec.data(), [split](const v1::Dataset& data) {
        return data.source_case() != v1::Dataset::SOURCE_NOT_SET && SizeOf(data, split) == 0;
      });
      if (empty) report(At("probes", i, absl::StrCat("splits[", j, "]")), EnumName(split));
    }
  }
}

void TooFewProducts(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const auto check = [&](const char* field, const auto& probe) {
      if (probe.max_products() >= probe.k()) return;
      report(At("probes", i, field), absl::StrCat(probe.max_products(), " with k ", probe.k()));
    };
    check("hessian_top.max_products", spec.probes(i).hessian_top());
    check("stability.max_products", spec.probes(i).stability());
  }
}

void UnknownOutside(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    const absl::string_view name = OutsideOf(probe);
    const bool known = std::ranges::any_of(
        spec.data(), [&](const v1::Dataset& data) { return data.name() == name; });
    if (name.empty() || known) continue;
    report(At("probes", i, absl::StrCat(QuantityName(probe), ".data")), name);
  }
}

void TooManyWays(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    for (const v1::Dataset& data : spec.data()) {
      const bool looked_at =
          OutsideOf(probe).empty() ? &data == &spec.data(0) : data.name() == OutsideOf(probe);
      if (!probe.has_few_shot() || !looked_at) continue;
      const uint64_t classes =
          data.classes_size() > 0 ? data.classes_size() : ClassesOf(data).value_or(UINT64_MAX);
      if (classes == 0 || probe.few_shot().way() <= classes) continue;
      report(At("probes", i, "few_shot.way"),
             absl::StrCat(probe.few_shot().way(), " of ", classes));
    }
  }
}

void EpisodesWithoutExamples(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    const v1::FewShotProbe& few = probe.few_shot();
    const uint64_t needed = uint64_t{few.way()} * (few.shot() + few.query());
    if (!probe.has_few_shot() || probe.examples() == 0 || needed <= probe.examples()) continue;
    report(At("probes", i, "few_shot.way"),
           absl::StrCat(few.way(), " ways of ", few.shot(), " + ", few.query(), " of ",
                        probe.examples(), " examples"));
  }
}

// Newton's method solves for way · min(way · shot, features) unknowns.
void LargeRegressions(const v1::JobSpec& spec, const Report& report) {
  constexpr uint64_t kMostUnknowns = 10'000;
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::FewShotProbe& few = spec.probes(i).few_shot();
    const uint64_t unknowns = uint64_t{few.way()} * few.way() * few.shot();
    if (few.classifier() != v1::FEW_SHOT_CLASSIFIER_LOGISTIC || unknowns <= kMostUnknowns) continue;
    report(At("probes", i, "few_shot.classifier"), absl::StrCat("logistic with ", unknowns));
  }
}

// Each data set's own statistics would make the two alike.
void OwnStatistics(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    for (int j = 0; j < spec.data_size() && probe.has_ood_detection(); ++j) {
      const v1::Dataset& data = spec.data(j);
      const bool equal =
          data.normalization().has_given() == spec.data(0).normalization().has_given() &&
          MessageDifferencer::Equals(data.normalization().given(),
                                     spec.data(0).normalization().given());
      if (HasFixedScale(data) && equal) continue;
      report(At("data", j, "normalization"), absl::StrCat("its own, for probe ", probe.name()));
    }
    if (probe.has_ood_detection()) return;  // told once
  }
}

void ScoresOfAnotherObjective(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::OodDetectionProbe& probe = spec.probes(i).ood_detection();
    for (int j = 0; j < probe.scores_size(); ++j) {
      const auto score = static_cast<v1::OodScore>(probe.scores(j));
      const bool density = score == v1::OOD_SCORE_DENSITY;
      const bool any =
          score == v1::OOD_SCORE_MAHALANOBIS_INPUTS || score == v1::OOD_SCORE_MAHALANOBIS_EMBEDDING;
      const bool fits = std::ranges::all_of(spec.learners(), [&](const v1::Learner& learner) {
        return any || (density ? learner.objective().has_morse()
                               : !LabelLossName(learner.objective()).empty());
      });
      if (!fits) {
        report(At("probes", i, absl::StrCat("ood_detection.scores[", j, "]")), EnumName(score));
      }
    }
  }
}

void DensitiesOfAnotherObjective(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    const auto form = probe.calibration().probabilities();
    const bool by_density = probe.has_calibration() && form != v1::PROBABILITY_FORM_POSTERIOR;
    const bool morse = std::ranges::all_of(spec.learners(), [](const v1::Learner& learner) {
      return learner.objective().has_morse();
    });
    if (morse) continue;
    if (by_density) report(At("probes", i, "calibration.probabilities"), EnumName(form));
    if (probe.has_density_samples()) report(At("probes", i, "density_samples"), "another");
  }
}

void CalibrationOfOneDensity(const v1::JobSpec& spec, const Report& report) {
  const bool one = std::ranges::any_of(spec.learners(), [](const v1::Learner& learner) {
    return learner.objective().has_morse() && !HasClassTargets(learner.objective().morse());
  });
  for (int i = 0; i < spec.probes_size() && one; ++i) {
    if (spec.probes(i).has_calibration()) report(At("probes", i, "calibration"), "one density");
  }
}

void LoneLossPart(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::LieBracketProbe& probe = spec.probes(i).lie_bracket();
    if (probe.has_first() == probe.has_second()) continue;
    report(At("probes", i, probe.has_first() ? "lie_bracket.second" : "lie_bracket.first"), "");
  }
}

void EqualLossParts(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::LieBracketProbe& probe = spec.probes(i).lie_bracket();
    if (!probe.has_first() || !probe.has_second()) continue;
    if (MessageDifferencer::Equals(probe.first(), probe.second())) {
      report(At("probes", i, "lie_bracket.second"), "");
    }
  }
}

constexpr CrossRule kRules[] = {
    {"needs data with classes", NoClasses},
    {"needs data with one input: function, points", SeveralInputs},
    {"needs data with two inputs", NotInThePlane},
    {"needs an mlp: its theorems fail for convolutions and residual blocks", BoundsOfAnotherModel},
    {"needs the optimizer sgd: its theory is that of descent", DescentOfAnotherRule},
    {"must differ from those before it", RepeatedChoices},
    {"must be a split that has examples", EmptySplit},
    {"must be at least k", TooFewProducts},
    {"must name a data set of the job", UnknownOutside},
    {"must be at most the classes of the data", TooManyWays},
    {"must have episodes within the probe's examples", EpisodesWithoutExamples},
    {"must not be logistic beyond way * way * shot = 10000", LargeRegressions},
    {"must be none or equal given numbers, so that data out of distribution stay so",
     OwnStatistics},
    {"needs the objective morse, or for scores of classes one on labels", ScoresOfAnotherObjective},
    {"needs the objective morse", DensitiesOfAnotherObjective},
    {"needs an objective that predicts classes", CalibrationOfOneDensity},
    {"must be given with the other part, or neither", LoneLossPart},
    {"must differ from the first part", EqualLossParts},
};

}  // namespace

std::span<const CrossRule> ProbeRules() { return kRules; }

}  // namespace geometer::contract
