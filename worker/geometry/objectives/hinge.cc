#include "worker/geometry/objectives/hinge.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/scatter.h>

namespace geometer::geometry {
namespace {

class Hinge : public Objective {
 public:
  at::Tensor PerExample(const at::Tensor& output, const at::Tensor& targets) const override {
    const at::Tensor label = targets.unsqueeze(1);
    const at::Tensor missing = at::clamp_min(1 - at::gather(output, 1, label) + output, 0);
    return at::scatter(missing, 1, label, 0).mean(1);
  }
};

}  // namespace

std::unique_ptr<Objective> MakeHinge() { return std::make_unique<Hinge>(); }

}  // namespace geometer::geometry
