#include "worker/geometry/objectives/cross_entropy.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>

namespace geometer::geometry {
namespace {

class CrossEntropy : public Objective {
 public:
  at::Tensor PerExample(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::cross_entropy_loss(output, targets, /*weight=*/{}, at::Reduction::None);
  }
};

}  // namespace

std::unique_ptr<Objective> MakeCrossEntropy() { return std::make_unique<CrossEntropy>(); }

}  // namespace geometer::geometry
