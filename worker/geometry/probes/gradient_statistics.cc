#include "worker/geometry/probes/gradient_statistics.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "worker/geometry/autograd.h"
#include "worker/geometry/example_gradients.h"
#include "worker/geometry/probes/dense_chain.h"

namespace geometer::geometry {
namespace {

// The cosines of the angles between vectors, shape [m], that are added one by one.
class Angles {
 public:
  void Add(const at::Tensor& vector, at::ScalarType kept_as) {
    const at::Tensor unit = vector / vector.norm();
    for (const at::Tensor& other : units_) {
      cosines_.push_back(other.to(at::kDouble).dot(unit).item<double>());
    }
    units_.push_back(unit.to(kept_as));
  }

  void Report(Reading& reading) const {
    if (cosines_.empty()) return;
    const at::Tensor cosines = at::tensor(cosines_, at::kDouble);
    const auto add = [&](const char* quantity, const at::Tensor& value) {
      Measurement measurement{quantity, value.item<double>()};
      measurement.samples = cosines.numel();
      reading.measurements.push_back(measurement);
    };
    add("gradient_cosine_mean", cosines.mean());
    add("gradient_cosine_min", cosines.min());
  }

 private:
  Tensors units_;
  std::vector<double> cosines_;
};

// What one pass over the batches leaves.
struct BatchGradients {
  at::Tensor mean;     // ∇L, [m], float64
  at::Tensor squares;  // ‖g_B‖² of each batch, float64
  Angles angles;
};

// |∂ℓ_n/∂x|² of each example, [N], float64.
at::Tensor InputGradientSquares(const Network& network, const Objective& objective,
                                const Examples& chunk) {
  const at::Tensor inputs = chunk.inputs.detach().requires_grad_();
  const at::Tensor output = network.Forward(inputs, Mode::kEvaluation).output;
  const at::Tensor loss = objective.PerExample(output, chunk.targets).sum();
  return Gradient(loss, {inputs})[0].to(at::kDouble).flatten(1).square().sum(1);
}

class GradientStatisticsProbe : public Probe {
 public:
  explicit GradientStatisticsProbe(const GradientStatisticsOptions& options) : options_(options) {}

  Reading Measure(const Subject& whole, const NamedTensors& /*warm_start*/) const override {
    const int64_t batch = std::min(options_.batch_size, whole.sample.size());
    Subject subject = whole;
    subject.sample = whole.sample.Slice(0, whole.sample.size() / batch * batch);
    const BatchGradients batches = OfBatches(subject, batch);
    const at::Tensor examples = OfExamples(subject);
    Reading reading;
    AddMoments(batches, examples, batch, reading);
    AddBatches(batches, reading);
    if (options_.transfer) AddTransfer(subject, examples, batch, reading);
    return reading;
  }

 private:
  BatchGradients OfBatches(const Subject& subject, int64_t batch_size) const {
    const Network network = Detached(subject.network, /*track=*/true);
    const std::vector<Examples> batches = Chunks(subject.sample, batch_size);
    BatchGradients gradients;
    std::vector<double> squares;
    for (const Examples& batch : batches) {
      const at::Tensor gradient = Gradient(
          MeanLoss(network, *subject.objective, batch, subject.chunk_size), network.params);
      squares.push_back(gradient.square().sum().item<double>());
      if (static_cast<int64_t>(squares.size()) <= options_.compared) {
        gradients.angles.Add(gradient, network.params[0].scalar_type());
      }
      gradients.mean = gradients.mean.defined() ? gradients.mean.add_(gradient) : gradient;
    }
    gradients.mean /= static_cast<double>(batches.size());
    gradients.squares = at::tensor(squares, at::kDouble);
    return gradients;
  }

  // ‖∇ℓ_n‖², [N].
  static at::Tensor OfExamples(const Subject& subject) {
    const Network network = Detached(subject.network, /*track=*/true);
    Tensors squares;
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      squares.push_back(ExampleGradientSquares(network, *subject.objective, chunk));
    }
    return at::cat(squares);
  }

  static void AddMoments(const BatchGradients& batches, const at::Tensor& examples, int64_t batch,
                         Reading& reading) {
    const auto n = static_cast<double>(examples.numel()), b = static_cast<double>(batch);
    const double square = batches.mean.square().sum().item<double>();
    const double variance = examples.mean().item<double>() - square;
    const double noise = n > 1 ? n / (n - 1) * variance : std::numeric_limits<double>::quiet_NaN();
    const double share = n > b ? (n - b) / (n - 1) : 0;  // of the variance, that batches keep
    const auto add = [&](const char* quantity, double value) {
      reading.measurements.push_back({quantity, value});
    };
    add("full_gradient_norm", std::sqrt(square));
    reading.measurements.push_back(MeanOverExamples("example_gradient_square", examples));
    add("gradient_variance", variance);
    add("gradient_noise_trace", noise);
    add("expected_c_reg", square + share * variance / b);
  }

  static void AddBatches(const BatchGradients& batches, Reading& reading) {
    reading.measurements.push_back(MeanOverExamples("c_reg", batches.squares));
    for (int64_t k = 0; k < batches.squares.numel(); ++k) {
      const double norm = batches.squares[k].sqrt().item<double>();
      reading.measurements.push_back({"batch_gradient_norm", norm, k});
    }
    batches.angles.Report(reading);
  }

  static void AddTransfer(const Subject& subject, const at::Tensor& right, int64_t batch,
                          Reading& reading) {
    const Network network = Detached(subject.network, /*track=*/false);
    const DenseChain chain = DenseChainOf(network);
    Tensors parts;
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      parts.push_back(TransferTermsOf(chain, chunk.inputs).tau *
                      InputGradientSquares(network, *subject.objective, chunk));
    }
    const at::Tensor left = at::cat(parts);
    const double infinity = std::numeric_limits<double>::infinity();
    const at::Tensor slack = (right / left).masked_fill(left.eq(0), infinity);
    reading.measurements.push_back(MeanOverExamples("transfer_left", left / batch));
    reading.measurements.push_back(MeanOverExamples("transfer_right", right / batch));
    reading.measurements.push_back({"transfer_slack", slack.min().item<double>()});
  }

  const GradientStatisticsOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeGradientStatisticsProbe(const GradientStatisticsOptions& options) {
  return std::make_unique<GradientStatisticsProbe>(options);
}

}  // namespace geometer::geometry
