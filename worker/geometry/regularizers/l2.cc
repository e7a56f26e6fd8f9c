#include "worker/geometry/regularizers/l2.h"

#include <ATen/TensorOperators.h>

namespace geometer::geometry {
namespace {

class L2 : public Regularizer {
 public:
  at::Tensor Penalty(const Evaluation& evaluation) const override {
    return (0.5 * SquaredNorm(evaluation.network.params)).to(evaluation.loss.scalar_type());
  }
};

}  // namespace

std::unique_ptr<Regularizer> MakeL2() { return std::make_unique<L2>(); }

}  // namespace geometer::geometry
