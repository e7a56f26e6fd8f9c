#include "worker/geometry/noise/reference_noise.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linalg_cholesky.h>
#include <ATen/ops/stack.h>

namespace geometer::geometry {
namespace {

// What a law needs of the training inputs, flat, float64, CPU.
class ReferenceNoise : public Noise {
 public:
  ReferenceNoise(ReferenceLaw law, const at::Tensor& inputs) : law_(law) {
    const at::Tensor flat = inputs.flatten(1).to(at::kCPU, at::kDouble);
    if (law == ReferenceLaw::kBox) {
      const at::Tensor low = std::get<0>(flat.min(0)), high = std::get<0>(flat.max(0));
      centre_ = (low + high) / 2;
      scale_ = (high - low) / 2;
    }
    if (law == ReferenceLaw::kGaussian) {
      centre_ = flat.mean(0);
      const at::Tensor centred = flat - centre_;
      const at::Tensor covariance = centred.t().mm(centred) / static_cast<double>(flat.size(0));
      // Values that never vary leave the matrix singular.
      const double jitter = 1e-9 * covariance.diagonal().mean().item<double>() + 1e-30;
      scale_ =
          at::linalg_cholesky(covariance + jitter * at::eye(covariance.size(0), at::kDouble)).t();
    }
  }

  Examples Apply(const Examples& batch, double strength,
                 const at::Generator& generator) const override {
    const at::Tensor reference = Draw(batch.inputs, strength, generator)
                                     .view(batch.inputs.sizes())
                                     .to(batch.inputs.options());
    const at::Tensor labels = at::full_like(batch.targets, kReferenceLabel);
    return {at::stack({batch.inputs, reference}, 1).flatten(0, 1),
            at::stack({batch.targets, labels}, 1).flatten(0, 1)};
  }

 private:
  at::Tensor Draw(const at::Tensor& inputs, double strength, const at::Generator& generator) const {
    const int64_t n = inputs.size(0), d = inputs.numel() / n;
    at::Tensor draws = at::empty({n, d}, at::kDouble);
    switch (law_) {
      case ReferenceLaw::kBox:
        return centre_ + draws.uniform_(-strength, strength, generator) * scale_;
      case ReferenceLaw::kGaussian:
        return centre_ + draws.normal_(0, strength, generator).mm(scale_);
      case ReferenceLaw::kAround:
        return inputs.flatten(1).to(at::kCPU, at::kDouble) + draws.normal_(0, strength, generator);
    }
    TORCH_CHECK(false, "expected a law, got ", static_cast<int>(law_));
  }

  const ReferenceLaw law_;
  at::Tensor centre_;  // [d]
  at::Tensor scale_;   // [d], or the transposed Cholesky factor [d, d]
};

}  // namespace

std::unique_ptr<Noise> MakeReferenceNoise(ReferenceLaw law, const at::Tensor& inputs) {
  return std::make_unique<ReferenceNoise>(law, inputs);
}

}  // namespace geometer::geometry
