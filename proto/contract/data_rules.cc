#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"

namespace geometer::contract {
namespace {

void DigitsOverdrawn(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const auto [train, validation, test] = SizesOf(spec.data(i));
    const uint64_t all = train + validation + test;
    if (spec.data(i).has_digits() && all > 1797) report(At("data", i, "digits"), absl::StrCat(all));
  }
}

// How many of `all` examples are left of the classes kept; all where only the files can tell.
uint64_t Left(const v1::Dataset& data, const Published& published, uint64_t all) {
  if (data.classes().empty() || !published.balanced) return all;
  return all / published.classes * static_cast<uint64_t>(data.classes_size());
}

void FindOverdrawn(const v1::JobSpec& spec, bool tests, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::Dataset& data = spec.data(i);
    const auto published = PublishedOf(data);
    if (!published.has_value()) continue;
    const auto [train, validation, test] = SizesOf(data);
    const uint64_t drawn = tests ? test : train + validation;
    const uint64_t left = Left(data, *published, tests ? published->tests : published->pool);
    if (drawn > left) report(At("data", i, SourceName(data)), absl::StrCat(drawn, " of ", left));
  }
}

void Overdrawn(const v1::JobSpec& spec, const Report& report) {
  FindOverdrawn(spec, /*tests=*/false, report);
}

void TestsOverdrawn(const v1::JobSpec& spec, const Report& report) {
  FindOverdrawn(spec, /*tests=*/true, report);
}

void UnknownClass(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const uint64_t classes = ClassesOf(spec.data(i)).value_or(UINT64_MAX);
    if (classes == 0) continue;  // NoClasses
    ReportUnknownClasses(spec.data(i).classes(), classes, At("data", i, "classes"), report);
  }
}

void RepeatedClass(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    ReportRepeatedClasses(spec.data(i).classes(), At("data", i, "classes"), report);
  }
}

void NoClasses(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::Dataset& data = spec.data(i);
    if (MayHaveClasses(data)) continue;
    if (data.classes_size() > 0) report(At("data", i, "classes"), SourceName(data));
    if (data.corruption() > 0) report(At("data", i, "corruption"), SourceName(data));
  }
}

void NoPictures(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::Dataset& data = spec.data(i);
    if (!data.has_augmentation() || MayHavePictures(data)) continue;
    report(At("data", i, "augmentation"), SourceName(data));
  }
}

void ScaledByItself(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::Dataset& data = spec.data(i);
    if (!data.has_embedding() || HasFixedScale(data)) continue;
    report(At("data", i, "normalization"), "statistics of its own");
  }
}

void LonelyMeans(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::GivenNormalization& given = spec.data(i).normalization().given();
    if (given.mean_size() == given.deviation_size()) continue;
    report(At("data", i, "normalization.given.deviation"), absl::StrCat(given.deviation_size()));
  }
}

void LonelyPoints(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::PointsDataset& points = spec.data(i).points();
    if (points.inputs_size() == points.targets_size()) continue;
    report(At("data", i, "points.targets"), absl::StrCat(points.targets_size()));
  }
}

void UnevenGrid(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const v1::GaussianModesDataset& modes = spec.data(i).gaussian_modes();
    const auto side = static_cast<uint32_t>(std::lround(std::sqrt(modes.modes())));
    if (modes.layout() != v1::MODE_LAYOUT_GRID || side * side == modes.modes()) continue;
    report(At("data", i, "gaussian_modes.modes"), absl::StrCat(modes.modes()));
  }
}

constexpr CrossRule kRules[] = {
    {"must have at most 1797 examples in all splits together", DigitsOverdrawn},
    {"must have no more training and validation examples than there are of its classes", Overdrawn},
    {"must have no more test examples than there are of its classes", TestsOverdrawn},
    {"must be a class of the data set", UnknownClass},
    {"must differ from those before it", RepeatedClass},
    {"needs data with classes", NoClasses},
    {"needs data of pictures", NoPictures},
    {"must be none or given where there is an embedding, as for its network", ScaledByItself},
    {"must be as many as the means", LonelyMeans},
    {"must be as many as the inputs", LonelyPoints},
    {"must be a square number in a grid", UnevenGrid},
};

}  // namespace

std::span<const CrossRule> DataRules() { return kRules; }

}  // namespace geometer::contract
