#include "worker/trainer/builders/batches.h"

#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

absl::StatusOr<geometry::Order> ToOrder(v1::Order order) {
  switch (order) {
    case v1::ORDER_SHUFFLED:
      return geometry::Order::kShuffled;
    case v1::ORDER_REVERSED:
      return geometry::Order::kReversed;
    case v1::ORDER_PALINDROMIC:
      return geometry::Order::kPalindromic;
    case v1::ORDER_REPLACEMENT:
      return geometry::Order::kReplacement;
    case v1::ORDER_FIXED:
      return geometry::Order::kFixed;
    default:
      return absl::InvalidArgumentError("batches.order: unknown");
  }
}

}  // namespace

absl::StatusOr<geometry::BatchPlan> BuildBatches(const v1::Batches& spec, int64_t examples) {
  const auto order = ToOrder(spec.order());
  if (!order.ok()) return order.status();
  const int64_t size = spec.full() ? examples : spec.size();
  if (size > examples) {
    return absl::InvalidArgumentError(absl::StrCat("batches.size: must be at most the ", examples,
                                                   " training examples, got ", size,
                                                   "; full: true uses them all"));
  }
  if (size % spec.accumulation() != 0) {
    return absl::InvalidArgumentError(absl::StrCat("batches.accumulation: must divide the ", size,
                                                   " examples of a batch, got ",
                                                   spec.accumulation()));
  }
  return geometry::BatchPlan{examples, size, *order, spec.substeps(), spec.accumulation()};
}

}  // namespace geometer::trainer
