#include "worker/geometry/batch_order.h"

#include <ATen/ops/randint.h>

#include "worker/geometry/random.h"

namespace geometer::geometry {

at::Tensor BatchOrder::At(int64_t step) {
  const Place place = PlaceOf(step / plan_.substeps);
  if (place.permutation != permutation_) {
    order_ =
        Permutation(plan_.examples, MakeGenerator(seed_, "order" + stream_, place.permutation));
    permutation_ = place.permutation;
  }
  const int64_t begin = place.batch * plan_.size;
  return order_.slice(0, begin, begin + plan_.size);
}

BatchOrder::Place BatchOrder::PlaceOf(int64_t batch) const {
  const int64_t batches = plan_.BatchesPerEpoch();
  const int64_t epoch = batch / batches;
  const int64_t forth = batch % batches;
  const int64_t back = batches - 1 - forth;
  switch (plan_.order) {
    case Order::kShuffled:
      return {epoch, forth};
    case Order::kReversed:
      return {epoch, back};
    case Order::kPalindromic:
      return {epoch / 2, epoch % 2 == 0 ? forth : back};
    case Order::kReplacement: {
      const auto generator = MakeGenerator(seed_, "order/draw" + stream_, batch);
      return {0, at::randint(batches, {}, generator, at::kLong).item<int64_t>()};
    }
    case Order::kFixed:
      return {0, forth};
  }
  TORCH_CHECK(false, "expected an order, got ", static_cast<int>(plan_.order));
}

}  // namespace geometer::geometry
