#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"

namespace geometer::contract {
namespace {

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

void NoClasses(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* values = FirstWithout(spec, MayHaveClasses);
  for (int i = 0; i < spec.learners_size() && values != nullptr; ++i) {
    if (!spec.learners(i).objective().has_cross_entropy()) continue;
    report(At("learners", i, "objective.cross_entropy"), SourceName(*values));
  }
}

void NoPictures(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* columns = FirstWithout(spec, MayHavePictures);
  for (int i = 0; i < spec.learners_size() && columns != nullptr; ++i) {
    if (!spec.learners(i).model().has_resnet()) continue;
    report(At("learners", i, "model.resnet"), SourceName(*columns));
  }
}

constexpr CrossRule kRules[] = {
    {"must be at most the training examples unless full_batch is true", BatchTooLarge},
    {"needs data with classes", NoClasses},
    {"needs data of pictures", NoPictures},
};

}  // namespace

std::span<const CrossRule> LearnerRules() { return kRules; }

}  // namespace geometer::contract
