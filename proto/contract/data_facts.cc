#include "proto/contract/data_facts.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"

namespace geometer::contract {
namespace {

template <typename Source>
SplitSizes SplitsOf(const Source& source) {
  return {.train = source.train(), .validation = source.validation(), .test = source.test()};
}

SplitSizes SplitsOf(const v1::PointsDataset& source) {
  return {.train = static_cast<uint64_t>(source.inputs_size())};
}

Published EmnistOf(v1::EmnistSplit split) {
  switch (split) {
    case v1::EMNIST_SPLIT_LETTERS:
      return {124'800, 20'800, 26};
    case v1::EMNIST_SPLIT_DIGITS:
      return {240'000, 40'000, 10};
    default:
      return {112'800, 18'800, 47};
  }
}

// The branch of the message's family that is chosen; empty for none.
absl::string_view BranchOf(const google::protobuf::Message& message) {
  const auto* family = message.GetDescriptor()->oneof_decl(0);
  const auto* field = message.GetReflection()->GetOneofFieldDescriptor(message, family);
  return field == nullptr ? "" : absl::string_view(field->name());
}

}  // namespace

std::optional<Published> PublishedOf(const v1::Dataset& data) {
  if (data.has_mnist()) return Published{60'000, 10'000, 10, /*balanced=*/false};
  if (data.has_fashion_mnist() || data.has_kmnist()) return Published{60'000, 10'000, 10};
  if (data.has_cifar10()) return Published{50'000, 10'000, 10};
  if (data.has_svhn()) return Published{73'257, 26'032, 10, /*balanced=*/false};
  if (data.has_emnist()) return EmnistOf(data.emnist().split());
  if (!data.has_cifar100()) return std::nullopt;
  const bool coarse = data.cifar100().labels() == v1::CIFAR100_LABELS_COARSE;
  return Published{50'000, 10'000, coarse ? 20u : 100u};
}

std::optional<uint64_t> ClassesOf(const v1::Dataset& data) {
  if (const auto published = PublishedOf(data)) return published->classes;
  switch (data.source_case()) {
    case v1::Dataset::kDigits:
      return 10;
    case v1::Dataset::kCsv:
      return data.csv().class_count();
    case v1::Dataset::kNpy:
      return data.npy().class_count();
    case v1::Dataset::kTwoMoons:
      return 2;
    case v1::Dataset::kCircles:
      return data.circles().rings();
    case v1::Dataset::kGaussianClasses:
      return data.gaussian_classes().class_count();
    case v1::Dataset::kGaussianModes:
      return data.gaussian_modes().modes();
    case v1::Dataset::kFunction:
    case v1::Dataset::kPoints:
    case v1::Dataset::kLinearTeacher:
      return 0;
    default:
      return std::nullopt;
  }
}

SplitSizes SizesOf(const v1::Dataset& data) {
  switch (data.source_case()) {
    case v1::Dataset::kDigits:
      return SplitsOf(data.digits());
    case v1::Dataset::kMnist:
      return SplitsOf(data.mnist());
    case v1::Dataset::kFashionMnist:
      return SplitsOf(data.fashion_mnist());
    case v1::Dataset::kKmnist:
      return SplitsOf(data.kmnist());
    case v1::Dataset::kEmnist:
      return SplitsOf(data.emnist());
    case v1::Dataset::kCifar10:
      return SplitsOf(data.cifar10());
    case v1::Dataset::kCifar100:
      return SplitsOf(data.cifar100());
    case v1::Dataset::kSvhn:
      return SplitsOf(data.svhn());
    case v1::Dataset::kImageFolder:
      return SplitsOf(data.image_folder());
    case v1::Dataset::kCsv:
      return SplitsOf(data.csv());
    case v1::Dataset::kNpy:
      return SplitsOf(data.npy());
    case v1::Dataset::kFunction:
      return SplitsOf(data.function());
    case v1::Dataset::kPoints:
      return SplitsOf(data.points());
    case v1::Dataset::kTwoMoons:
      return SplitsOf(data.two_moons());
    case v1::Dataset::kCircles:
      return SplitsOf(data.circles());
    case v1::Dataset::kGaussianClasses:
      return SplitsOf(data.gaussian_classes());
    case v1::Dataset::kGaussianModes:
      return SplitsOf(data.gaussian_modes());
    case v1::Dataset::kLinearTeacher:
      return SplitsOf(data.linear_teacher());
    case v1::Dataset::SOURCE_NOT_SET:
      return {};
  }
  return {};
}

uint64_t FewestExamples(const v1::JobSpec& spec) {
  uint64_t fewest = UINT64_MAX;
  for (const v1::Dataset& data : spec.data()) {
    if (SizesOf(data).train > 0) fewest = std::min(fewest, SizesOf(data).train);
  }
  return fewest;
}

std::optional<uint64_t> PictureSideOf(const v1::Dataset& data) {
  if (data.has_embedding()) return std::nullopt;
  switch (data.source_case()) {
    case v1::Dataset::kDigits:
      return 8;
    case v1::Dataset::kMnist:
    case v1::Dataset::kFashionMnist:
    case v1::Dataset::kKmnist:
    case v1::Dataset::kEmnist:
      return 28;
    case v1::Dataset::kCifar10:
    case v1::Dataset::kCifar100:
    case v1::Dataset::kSvhn:
      return 32;
    default:
      return std::nullopt;
  }
}

absl::string_view SourceName(const v1::Dataset& data) { return BranchOf(data); }

absl::string_view ArchitectureName(const v1::Model& model) { return BranchOf(model); }

absl::string_view ScheduleName(const v1::Schedule& schedule) { return BranchOf(schedule); }

absl::string_view CombinationName(const v1::Combination& combination) {
  return BranchOf(combination);
}

bool HasAdaptiveRate(const v1::Schedule& schedule) {
  return schedule.has_corridor() || schedule.has_polyak() || schedule.has_drift_adjusted();
}

std::string MoreThanDescent(const v1::Optimizer& optimizer) {
  const v1::SgdOptimizer& sgd = optimizer.sgd();
  if (!optimizer.has_sgd()) return std::string(BranchOf(optimizer));
  if (sgd.momentum() != 0) return absl::StrCat("momentum ", sgd.momentum());
  if (sgd.weight_decay() != 0) return absl::StrCat("weight_decay ", sgd.weight_decay());
  if (optimizer.decoupled_weight_decay() != 0) {
    return absl::StrCat("decoupled_weight_decay ", optimizer.decoupled_weight_decay());
  }
  if (optimizer.clip_norm() != 0) return absl::StrCat("clip_norm ", optimizer.clip_norm());
  return "";
}

absl::string_view PenaltyName(const v1::Regularizer& regularizer) { return BranchOf(regularizer); }

absl::string_view QuantityName(const v1::Probe& probe) { return BranchOf(probe); }

absl::string_view LabelLossName(const v1::Objective& objective) {
  const bool one_density = objective.has_morse() && !HasClassTargets(objective.morse());
  return objective.has_mean_squared_error() || one_density ? "" : BranchOf(objective);
}

bool HasClassTargets(const v1::MorseObjective& objective) {
  return objective.targets() == v1::MORSE_TARGETS_CLASSES;
}

bool MayHaveClasses(const v1::Dataset& data) { return ClassesOf(data) != 0; }

bool HasFixedScale(const v1::Dataset& data) {
  const bool made = data.has_function() || data.has_points() || data.has_two_moons() ||
                    data.has_circles() || data.has_gaussian_classes() ||
                    data.has_gaussian_modes() || data.has_linear_teacher();
  return data.normalization().has_none() || data.normalization().has_given() ||
         (made && !data.has_normalization());
}

bool MayHavePictures(const v1::Dataset& data) {
  if (data.has_embedding()) return false;
  return PublishedOf(data).has_value() || data.has_digits() || data.has_image_folder() ||
         data.has_npy() || data.source_case() == v1::Dataset::SOURCE_NOT_SET;
}

bool MayHaveOneInput(const v1::Dataset& data) {
  return data.has_embedding() || data.has_function() || data.has_points() || data.has_csv() ||
         data.has_npy() || (data.has_linear_teacher() && data.linear_teacher().inputs() == 1) ||
         (data.has_gaussian_classes() && data.gaussian_classes().dimension() == 1);
}

bool MayHaveTwoInputs(const v1::Dataset& data) {
  return data.has_embedding() || data.has_two_moons() || data.has_circles() ||
         data.has_gaussian_modes() || data.has_csv() || data.has_npy() ||
         (data.has_linear_teacher() && data.linear_teacher().inputs() == 2) ||
         (data.has_gaussian_classes() && data.gaussian_classes().dimension() == 2);
}

bool MayHaveOneOrTwoInputs(const v1::Dataset& data) {
  return MayHaveOneInput(data) || MayHaveTwoInputs(data);
}

int DataIndexOf(const v1::JobSpec& spec, const v1::Task& task) {
  const auto found = std::ranges::find_if(spec.data(), [&](const v1::Dataset& data) {
    return task.data().empty() || data.name() == task.data();
  });
  return static_cast<int>(found - spec.data().begin());
}

std::vector<ParentAt> ParentsOf(const v1::JobSpec& spec) {
  std::vector<ParentAt> parents;
  for (int i = 0; i < spec.data_size(); ++i) {
    if (!spec.data(i).has_embedding()) continue;
    parents.push_back(
        {absl::StrCat("data[", i, "].embedding.parent"), &spec.data(i).embedding().parent()});
  }
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::InitialWeights& weights = spec.learners(i).model().weights();
    if (!weights.has_parent()) continue;
    parents.push_back({absl::StrCat("learners[", i, "].model.weights.parent"), &weights.parent()});
  }
  return parents;
}

absl::string_view OutsideOf(const v1::Probe& probe) {
  return probe.has_few_shot() ? probe.few_shot().data() : probe.ood_detection().data();
}

bool IsOutside(const v1::JobSpec& spec, const v1::Dataset& data) {
  return std::ranges::any_of(spec.probes(), [&](const v1::Probe& probe) {
    return !OutsideOf(probe).empty() && OutsideOf(probe) == data.name();
  });
}

const v1::Dataset* FirstWithout(const v1::JobSpec& spec, bool (*has)(const v1::Dataset&)) {
  const auto found = std::ranges::find_if(spec.data(), std::not_fn(has));
  return found == spec.data().end() ? nullptr : &*found;
}

}  // namespace geometer::contract
