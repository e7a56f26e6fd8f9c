#include "worker/geometry/calibration.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

namespace geometer::geometry {
namespace {

// Mean and variance of numbers that come in parts, by channel, float64.
class Moments {
 public:
  void Add(const at::Tensor& part_mean, const at::Tensor& part_variance, double part_count) {
    const at::Tensor mean = part_mean.to(at::kDouble);
    const at::Tensor squares = part_variance.to(at::kDouble) * part_count;
    if (count_ == 0) {
      mean_ = mean;
      squares_ = squares;
    } else {
      const at::Tensor shift = mean - mean_;
      const double total = count_ + part_count;
      mean_ = mean_ + shift * (part_count / total);
      squares_ = squares_ + squares + shift.square() * (count_ * part_count / total);
    }
    count_ += part_count;
  }

  const at::Tensor& mean() const { return mean_; }
  at::Tensor variance() const { return squares_ / count_; }

 private:
  at::Tensor mean_;
  at::Tensor squares_;  // Σ (x − mean)²
  double count_ = 0;
};

}  // namespace

Network Calibrated(const Network& network, const Examples& sample, int64_t chunk_size) {
  const at::NoGradGuard no_grad;
  Network calibrated = network;
  Tensors& buffers = calibrated.buffers;
  for (size_t i = 0; i < buffers.size(); i += 3) {  // mean, variance, number
    Moments moments;
    for (const Examples& chunk : Chunks(sample, chunk_size)) {
      const Tensors seen = calibrated.Forward(chunk.inputs, Mode::kCalibration).buffers;
      moments.Add(seen[i], seen[i + 1], seen[i + 2].item<double>());
    }
    buffers[i] = moments.mean().to(buffers[i].scalar_type());
    buffers[i + 1] = moments.variance().to(buffers[i + 1].scalar_type());
  }
  return calibrated;
}

}  // namespace geometer::geometry
