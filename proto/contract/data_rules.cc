#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"

namespace geometer::contract {
namespace {

template <typename Source>
SplitSizes SplitsOf(const Source& source) {
  return {.train = source.train(), .validation = source.validation(), .test = source.test()};
}

void DigitsOverdrawn(const v1::JobSpec& spec, const Report& report) {
  for (int i = 0; i < spec.data_size(); ++i) {
    const auto [train, validation, test] = SplitsOf(spec.data(i).digits());
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
    const auto [train, validation, test] = SplitsOf(spec.data(i).cifar10());
    const uint64_t drawn = train + validation;
    if (drawn > 50000) report(At("data", i, "cifar10"), absl::StrCat(drawn));
  }
}

constexpr CrossRule kRules[] = {
    {"must have at most 1797 examples in all splits together", DigitsOverdrawn},
    {"must have at most 60000 training and validation examples together", MnistOverdrawn},
    {"must have at most 50000 training and validation examples together", CifarOverdrawn},
};

}  // namespace

std::span<const CrossRule> DataRules() { return kRules; }

SplitSizes SizesOf(const v1::Dataset& data) {
  switch (data.source_case()) {
    case v1::Dataset::kDigits:
      return SplitsOf(data.digits());
    case v1::Dataset::kMnist:
      return SplitsOf(data.mnist());
    case v1::Dataset::kFashionMnist:
      return SplitsOf(data.fashion_mnist());
    case v1::Dataset::kCifar10:
      return SplitsOf(data.cifar10());
    case v1::Dataset::kFunction:
      return SplitsOf(data.function());
    case v1::Dataset::SOURCE_NOT_SET:
      return {};
  }
  return {};
}

bool HasFunction(const v1::JobSpec& spec) {
  return std::ranges::any_of(spec.data(), &v1::Dataset::has_function);
}

}  // namespace geometer::contract
