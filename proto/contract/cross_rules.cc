#include "proto/contract/cross_rules.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/contract/defaults.h"
#include "proto/contract/names.h"
#include "proto/contract/text.h"

namespace geometer::contract {
namespace {

using google::protobuf::util::MessageDifferencer;

// Takes the path that breaks a rule and what is there.
using Report = std::function<void(std::string path, absl::string_view got)>;

std::string At(absl::string_view list, int index, absl::string_view rest) {
  return absl::StrCat(list, "[", index, "].", rest);
}

// Sizes of the splits of a data set of any kind; all 0 for none.
struct SplitSizes {
  uint64_t train = 0;
  uint64_t validation = 0;
  uint64_t test = 0;
};

template <typename Source>
SplitSizes SizesOf(const Source& source) {
  return {.train = source.train(), .validation = source.validation(), .test = source.test()};
}

SplitSizes SizesOf(const v1::Dataset& data) {
  switch (data.source_case()) {
    case v1::Dataset::kDigits:
      return SizesOf(data.digits());
    case v1::Dataset::kMnist:
      return SizesOf(data.mnist());
    case v1::Dataset::kFashionMnist:
      return SizesOf(data.fashion_mnist());
    case v1::Dataset::kCifar10:
      return SizesOf(data.cifar10());
    case v1::Dataset::kFunction:
      return SizesOf(data.function());
    case v1::Dataset::SOURCE_NOT_SET:
      return {};
  }
  return {};
}

uint64_t SizeOf(const v1::Dataset& data, v1::Split split) {
  const SplitSizes sizes = SizesOf(data);
  return split == v1::SPLIT_VALIDATION ? sizes.validation
         : split == v1::SPLIT_TEST     ? sizes.test
                                       : sizes.train;
}

bool HasFunction(const v1::JobSpec& spec) {
  return std::ranges::any_of(spec.data(), &v1::Dataset::has_function);
}

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

template <typename Enum, typename List>
void FindRepeatedChoices(const List& list, const std::string& path, const Report& report) {
  std::set<int> seen;
  for (int i = 0; i < list.size(); ++i) {
    if (seen.insert(list[i]).second) continue;
    report(absl::StrCat(path, "[", i, "]"), EnumName(static_cast<Enum>(list[i])));
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

void MissingLearner(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size() && spec.learners_size() > 1; ++i) {
    if (spec.probes(i).learner().empty()) report(At("probes", i, "learner"), "");
  }
}

void DigitsOverdrawn(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const auto [train, validation, test] = SizesOf(spec.data(i).digits());
    const uint64_t all = train + validation + test;
    if (spec.data(i).has_digits() && all > 1797) report(At("data", i, "digits"), absl::StrCat(all));
  }
}

void MnistOverdrawn(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::Dataset& data = spec.data(i);
    if (!data.has_mnist() && !data.has_fashion_mnist()) continue;
    const uint64_t drawn = SizesOf(data).train + SizesOf(data).validation;
    const absl::string_view kind = data.has_mnist() ? "mnist" : "fashion_mnist";
    if (drawn > 60000) report(At("data", i, kind), absl::StrCat(drawn));
  }
}

void CifarOverdrawn(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const auto [train, validation, test] = SizesOf(spec.data(i).cifar10());
    const uint64_t drawn = train + validation;
    if (drawn > 50000) report(At("data", i, "cifar10"), absl::StrCat(drawn));
  }
}

void BatchTooLarge(const v1::JobSpec& spec, const Report& report) {
  uint64_t fewest = UINT64_MAX;
  for (const v1::Dataset& data : spec.data()) {
    if (SizesOf(data).train > 0) fewest = std::min(fewest, SizesOf(data).train);
  }
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::SgdOptimizer& sgd = spec.learners(i).optimizer().sgd();
    if (sgd.full_batch() || sgd.batch_size() <= fewest) continue;
    report(At("learners", i, "optimizer.sgd.batch_size"),
           absl::StrCat(sgd.batch_size(), " with ", fewest, " training examples"));
  }
}

void NoClassesOf(const v1::LossPart& part, const std::string& path, const Report& report) {
  if (part.classes_size() > 0) report(path + ".classes", "function");
  if (part.objective().has_cross_entropy()) report(path + ".objective.cross_entropy", "function");
}

void NoClasses(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size() && HasFunction(spec); ++i) {
    if (!spec.learners(i).objective().has_cross_entropy()) continue;
    report(At("learners", i, "objective.cross_entropy"), "function");
  }
  for (int i = 0; i < spec.probes_size() && HasFunction(spec); ++i) {
    const v1::Probe& probe = spec.probes(i);
    if (probe.has_neural_collapse()) report(At("probes", i, "neural_collapse"), "function");
    if (probe.has_margins()) report(At("probes", i, "margins"), "function");
    if (probe.geometric_complexity().by_class()) {
      report(At("probes", i, "geometric_complexity.by_class"), "function");
    }
    NoClassesOf(probe.lie_bracket().first(), At("probes", i, "lie_bracket.first"), report);
    NoClassesOf(probe.lie_bracket().second(), At("probes", i, "lie_bracket.second"), report);
  }
}

void NoPictures(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.learners_size() && HasFunction(spec); ++i) {
    if (spec.learners(i).model().has_resnet())
      report(At("learners", i, "model.resnet"), "function");
  }
}

void SeveralInputs(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size() && !HasFunction(spec); ++i) {
    if (spec.probes(i).has_function_shape()) report(At("probes", i, "function_shape"), "");
  }
}

void BoundsOfAnotherModel(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    const bool another = std::ranges::any_of(spec.learners(), [&](const v1::Learner& learner) {
      const bool looked_at = probe.learner().empty() || probe.learner() == learner.name();
      return looked_at && learner.model().has_resnet();
    });
    if (!another) continue;
    if (probe.has_complexity_bounds()) report(At("probes", i, "complexity_bounds"), "resnet");
    if (probe.gradient_statistics().transfer()) {
      report(At("probes", i, "gradient_statistics.transfer"), "resnet");
    }
  }
}

void RepeatedChoices(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.probes_size(); ++i) {
    const v1::Probe& probe = spec.probes(i);
    FindRepeatedChoices<v1::Split>(probe.splits(), At("probes", i, "splits"), report);
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

struct CrossRule {
  absl::string_view rule;
  void (*find_breaches)(const v1::JobSpec& spec, const Report& report);
};

constexpr CrossRule kCrossRules[] = {
    {"must be given when there are several", MissingNames},
    {"must differ from those before it", RepeatedNames},
    {"must not be the name of the run's own series", ReservedProbeName},
    {"must name a learner of the job", UnknownLearner},
    {"must be given when there are several learners", MissingLearner},
    {"must have at most 1797 examples in all splits together", DigitsOverdrawn},
    {"must have at most 60000 training and validation examples together", MnistOverdrawn},
    {"must have at most 50000 training and validation examples together", CifarOverdrawn},
    {"must be at most the training examples unless full_batch is true", BatchTooLarge},
    {"needs data with classes", NoClasses},
    {"needs data of pictures", NoPictures},
    {"needs data with one input: function", SeveralInputs},
    {"needs an mlp: its theorems fail for convolutions and residual blocks", BoundsOfAnotherModel},
    {"must differ from those before it", RepeatedChoices},
    {"must be a split that has examples", EmptySplit},
    {"must be at least k", TooFewProducts},
    {"must be given with the other part, or neither", LoneLossPart},
    {"must differ from the first part", EqualLossParts},
};

}  // namespace

void CheckCrossRules(const v1::JobSpec& spec, std::vector<Violation>& violations) {
  const v1::JobSpec explicit_spec = WithDefaults(spec);
  for (const CrossRule& rule : kCrossRules) {
    rule.find_breaches(explicit_spec, [&](std::string path, absl::string_view got) {
      violations.push_back({std::move(path), std::string(rule.rule), Shown(got)});
    });
  }
}

}  // namespace geometer::contract
