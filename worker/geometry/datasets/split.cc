#include "worker/geometry/datasets/split.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/zeros.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "worker/geometry/datasets/corruption.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kMostMeasured = 10'000;  // examples in a file

// Some of the examples that lie in the raw inputs, in an order.
struct Selection {
  at::Tensor rows;     // int64 [n], into the raw inputs
  at::Tensor targets;  // of those rows

  int64_t size() const { return rows.size(0); }
  Selection Ordered(const at::Tensor& order) const {
    return {rows.index_select(0, order), targets.index_select(0, order)};
  }
};

absl::Status CheckClasses(const RawDataset& raw, const SplitOptions& options) {
  const std::set<int64_t> kept(options.classes.begin(), options.classes.end());
  if (raw.classes == 0 && (!kept.empty() || options.corruption > 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat(raw.name, ": classes and corruption need targets that are labels"));
  }
  if (kept.size() != options.classes.size() || (!kept.empty() && *kept.rbegin() >= raw.classes)) {
    return absl::InvalidArgumentError(absl::StrCat(raw.name, ": classes must be different ones of ",
                                                   "the ", raw.classes, " that the data have"));
  }
  return absl::OkStatus();
}

// The examples of the chosen classes, or all, in the raw order.
Selection Keep(const Examples& examples, const RawDataset& raw, const SplitOptions& options) {
  const at::Tensor all = at::arange(examples.size(), at::kLong);
  if (options.classes.empty()) return {all, examples.targets};
  at::Tensor numbers = at::full({raw.classes}, -1, at::kLong);
  for (size_t i = 0; i < options.classes.size(); ++i) {
    numbers[options.classes[i]] = static_cast<int64_t>(i);
  }
  const at::Tensor targets = numbers.index_select(0, examples.targets);
  return Selection{all, targets}.Ordered(targets.ge(0).nonzero().squeeze(1));
}

absl::Status CheckSizes(const RawDataset& raw, const SplitOptions& options, int64_t pool,
                        int64_t tests) {
  const int64_t train = options.train.value_or(pool - options.validation);
  if (train < 1 || options.validation < 0 || train > pool - options.validation) {
    return absl::InvalidArgumentError(
        absl::StrCat(raw.name, ": ", train, " training and ", options.validation,
                     " validation examples asked for, of ", pool, " that the files hold"));
  }
  const int64_t test = options.test.value_or(tests);
  if (test < 0 || test > tests) {
    return absl::InvalidArgumentError(absl::StrCat(
        raw.name, ": ", test, " test examples asked for, of ", tests, " that the files hold"));
  }
  return absl::OkStatus();
}

struct Selections {
  Selection train, validation, test;
};

absl::StatusOr<Selections> Draw(const RawDataset& raw, const SplitOptions& options) {
  const Selection pool = Keep(raw.train, raw, options), tests = Keep(raw.test, raw, options);
  absl::Status status = CheckSizes(raw, options, pool.size(), tests.size());
  if (!status.ok()) return status;
  const at::Tensor order = Permutation(pool.size(), MakeGenerator(options.seed, "split"));
  const at::Tensor test_order =
      Permutation(tests.size(), MakeGenerator(options.seed, "split/test"));
  const int64_t rest = pool.size() - options.validation;
  return Selections{pool.Ordered(order.slice(0, 0, options.train.value_or(rest))),
                    pool.Ordered(order.slice(0, rest)),
                    tests.Ordered(test_order.slice(0, 0, options.test.value_or(tests.size())))};
}

absl::StatusOr<Selections> Choose(const RawDataset& raw, const SplitOptions& options) {
  if (!raw.validation.has_value()) return Draw(raw, options);
  Selections made{Keep(raw.train, raw, options), Keep(*raw.validation, raw, options),
                  Keep(raw.test, raw, options)};
  if (made.train.size() > 0) return made;
  return absl::InvalidArgumentError(absl::StrCat(raw.name, ": no training examples are left"));
}

// Brings the examples of a split into the form that networks take.
class Preparation {
 public:
  Preparation(const RawDataset& raw, const Normalization& map, at::ScalarType dtype)
      : raw_(raw), map_(map), dtype_(dtype) {}

  SplitExamples operator()(const at::Tensor& inputs, const Selection& from) const {
    const at::Tensor targets = raw_.classes > 0 ? from.targets : from.targets.to(dtype_);
    if (raw_.in_file) return {inputs, from.rows, targets, map_, dtype_};
    std::vector<int64_t> one_pixel = {1, inputs.size(1)};
    const at::Tensor black = Normalized(at::zeros(one_pixel, inputs.options()), map_, dtype_);
    return {{Normalized(inputs.index_select(0, from.rows), map_, dtype_), targets},
            black.flatten().contiguous()};
  }

 private:
  const RawDataset& raw_;
  const Normalization& map_;
  const at::ScalarType dtype_;
};

}  // namespace

absl::StatusOr<Dataset> Split(const RawDataset& raw, const SplitOptions& options) {
  if (absl::Status status = CheckClasses(raw, options); !status.ok()) return status;
  absl::StatusOr<Selections> selections = Choose(raw, options);
  if (!selections.ok()) return selections.status();
  auto& [train, validation, test] = *selections;
  const int64_t classes =
      options.classes.empty() ? raw.classes : static_cast<int64_t>(options.classes.size());
  const at::Tensor measured = raw.in_file ? train.rows.slice(0, 0, kMostMeasured) : train.rows;
  const auto map = FitNormalization(raw.train.inputs, measured, raw.maximum, options.normalization);
  if (!map.ok()) return map.status();
  if (options.corruption > 0) {
    train.targets = Corrupted(train.targets, {options.corruption, classes, options.seed});
  }

  const Preparation prepare(raw, *map, options.dtype);
  const Examples& pool = raw.validation.has_value() ? *raw.validation : raw.train;
  return Dataset{raw.name,
                 classes,
                 prepare(raw.train.inputs, train),
                 prepare(pool.inputs, validation),
                 prepare(raw.test.inputs, test),
                 *map};
}

Parts SetTestsAside(const Examples& all, int64_t tests, std::string_view stream) {
  const at::Tensor order = Permutation(all.size(), MakeGenerator(/*seed=*/0, stream));
  return {all.Select(order.slice(0, tests)), all.Select(order.slice(0, 0, tests))};
}

}  // namespace geometer::geometry
