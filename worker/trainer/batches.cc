#include "worker/trainer/batches.h"

namespace geometer::trainer {

geometry::Examples Batches::At(int64_t step) {
  const geometry::Examples& train = training_.data.train;
  if (training_.batches.size == train.size()) return train;
  return train.Select(order_.At(step));
}

}  // namespace geometer::trainer
