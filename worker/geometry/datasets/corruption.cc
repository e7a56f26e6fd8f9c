#include "worker/geometry/datasets/corruption.h"

#include <ATen/ops/randint.h>

#include <cmath>

#include "worker/geometry/random.h"

namespace geometer::geometry {

at::Tensor Corrupted(const at::Tensor& labels, const CorruptionOptions& options) {
  const int64_t count = labels.size(0);
  const auto replaced = std::llround(options.share * static_cast<double>(count));
  const at::Tensor rows =
      Permutation(count, MakeGenerator(options.seed, "corruption")).slice(0, 0, replaced);
  const at::Tensor drawn =
      at::randint(options.classes, {count}, MakeGenerator(options.seed, "corruption/labels"),
                  at::TensorOptions(at::kLong));
  return labels.index_copy(0, rows, drawn.index_select(0, rows));
}

}  // namespace geometer::geometry
