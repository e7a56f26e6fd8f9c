#include "worker/geometry/objectives/weighted.h"

#include <ATen/TensorOperators.h>

#include <utility>

namespace geometer::geometry {
namespace {

class Weighted : public Objective {
 public:
  Weighted(std::shared_ptr<const Objective> objective, double weight)
      : objective_(std::move(objective)), weight_(weight) {}

  at::Tensor PerExample(const at::Tensor& output, const at::Tensor& targets) const override {
    return objective_->PerExample(output, targets) * weight_;
  }
  bool PredictsLabels() const override { return objective_->PredictsLabels(); }
  std::optional<at::Tensor> LogDensities(const at::Tensor& output) const override {
    return objective_->LogDensities(output);
  }

 private:
  const std::shared_ptr<const Objective> objective_;
  const double weight_;
};

}  // namespace

std::unique_ptr<Objective> MakeWeighted(std::shared_ptr<const Objective> objective, double weight) {
  return std::make_unique<Weighted>(std::move(objective), weight);
}

}  // namespace geometer::geometry
