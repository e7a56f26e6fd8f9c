#include "worker/geometry/objectives/morse.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/where.h>

#include <utility>

#include "worker/geometry/examples.h"

namespace geometer::geometry {
namespace {

class Morse : public Objective {
 public:
  explicit Morse(MorseOptions options) : options_(std::move(options)) {}

  bool PredictsLabels() const override { return options_.targets.size(0) > 1; }

  std::optional<at::Tensor> LogDensities(const at::Tensor& output) const override {
    return options_.kernel.Log(SquaredDistances(output, options_.targets));
  }

  at::Tensor PerExample(const at::Tensor& output, const at::Tensor& labels) const override {
    at::Tensor log = *LogDensities(output);  // [N, C]
    if (options_.loss == MorseLoss::kPosterior) log = at::log_softmax(log, 1);
    // Without labels all is data.
    if (labels.scalar_type() != at::kLong) return -log.select(1, 0);
    const at::Tensor is_noise = labels == kReferenceLabel;
    const at::Tensor column = PredictsLabels() ? labels.clamp_min(0) : labels * 0;
    at::Tensor data = -log.gather(1, column.unsqueeze(1)).squeeze(1);
    const auto noise = is_noise.sum().item<int64_t>();
    if (noise == 0) return data;
    TORCH_CHECK(2 * noise == labels.size(0), "expected as many examples as noise, got ",
                labels.size(0) - noise, " and ", noise);
    return 2 * at::where(is_noise, log.exp().sum(1) * options_.noise_weight, data);
  }

 private:
  const MorseOptions options_;
};

}  // namespace

std::unique_ptr<Objective> MakeMorse(MorseOptions options) {
  return std::make_unique<Morse>(std::move(options));
}

at::Tensor ClassTargets(int64_t count, double radius) {
  return at::eye(count, at::kDouble) * radius;
}

}  // namespace geometer::geometry
