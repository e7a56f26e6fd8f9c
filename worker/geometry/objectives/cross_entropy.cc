#include "worker/geometry/objectives/cross_entropy.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>

namespace geometer::geometry {
namespace {

class CrossEntropy : public Objective {
 public:
  explicit CrossEntropy(double label_smoothing) : label_smoothing_(label_smoothing) {}

  at::Tensor PerExample(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::cross_entropy_loss(output, targets, /*weight=*/{}, at::Reduction::None,
                                  kIgnoredLabel, label_smoothing_);
  }

 private:
  static constexpr int64_t kIgnoredLabel = -100;  // PyTorch's; no data set has it

  const double label_smoothing_;
};

}  // namespace

std::unique_ptr<Objective> MakeCrossEntropy(double label_smoothing) {
  return std::make_unique<CrossEntropy>(label_smoothing);
}

}  // namespace geometer::geometry
