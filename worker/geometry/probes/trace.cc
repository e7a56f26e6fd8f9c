#include "worker/geometry/probes/trace.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t kFewest = 8;  // directions from which a standard error means something
constexpr int64_t kAtOnce = 4;  // directions: over several chunks they share the graphs

// Vectors of independent random signs, shape [n, m], float64.
at::Tensor Signs(int64_t n, const at::Tensor& like, const at::Generator& generator) {
  at::Tensor bits = at::empty({n, like.numel()}, at::kDouble).random_(0, 2, generator);
  return bits.mul_(2).sub_(1).to(like.device());
}

// What is known exactly and the mean of what was sampled, with its standard error.
struct Estimate {
  double known = 0;
  std::vector<double> samples{};

  double Mean() const {
    double sum = 0;
    for (const double x : samples) sum += x;
    return known + sum / static_cast<double>(samples.size());
  }

  double StandardError() const {
    const auto n = static_cast<double>(samples.size());
    const double mean = Mean();
    double sum = 0;
    for (const double x : samples) sum += (known + x - mean) * (known + x - mean);
    return n > 1 ? std::sqrt(sum / (n - 1) / n) : kNan;
  }
};

// Of C, on the space of `basis` and beyond it.
struct Estimates {
  Estimate trace, squared_norm;

  // ‖CQ‖_F² is that of the projection and of the last vector's coupling to the next one.
  void Know(const RitzPairs& ritz) {
    for (size_t i = 0; i < ritz.values.size(); ++i) {
      trace.known += ritz.values[i];
      squared_norm.known += ritz.values[i] * ritz.values[i] + ritz.residuals[i] * ritz.residuals[i];
    }
  }
};

class TraceProbe : public Probe {
 public:
  explicit TraceProbe(const TraceOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/true);
    const SymmetricOperator multiply = MakeCurvature(
        options_.curvature, network, *subject.objective, subject.sample, subject.chunk_size);
    const at::Generator generator =
        MakeGenerator(subject.seed, "probe/trace", static_cast<uint64_t>(subject.step));
    const at::Tensor like = Flatten(network.params).detach();
    KrylovBasis sketch(Signs(1, like, generator)[0].to(like), generator,
                       std::min(options_.sketch, options_.max_products / 2));
    while (!sketch.is_full()) {
      if (!sketch.Advance(multiply)) return {Measurements({{kNan}, {kNan}}), {}};
    }
    return {Measurements(Sample(multiply, sketch, like, generator)), {}};
  }

 private:
  Estimates Sample(const SymmetricOperator& multiply, const KrylovBasis& sketch,
                   const at::Tensor& like, const at::Generator& generator) const {
    Estimates estimates;
    if (sketch.size() > 0) estimates.Know(sketch.Solve());
    const std::vector<double>& samples = estimates.trace.samples;
    const int64_t budget = options_.max_products - sketch.size();
    while (!Enough(estimates.trace, budget)) {
      const auto left = budget - static_cast<int64_t>(samples.size());
      const at::Tensor z = Signs(std::min(left, kAtOnce), like, generator);
      for (at::Tensor row : z.unbind()) sketch.Orthogonalize(row);
      const at::Tensor y = multiply(z);
      for (int64_t i = 0; i < z.size(0); ++i) {
        estimates.trace.samples.push_back(z[i].dot(y[i]).item<double>());
        estimates.squared_norm.samples.push_back(y[i].dot(y[i]).item<double>());
      }
    }
    return estimates;
  }

  bool Enough(const Estimate& trace, int64_t budget) const {
    const auto n = static_cast<int64_t>(trace.samples.size());
    if (n < 1) return false;
    return n >= budget || (n >= kFewest && Exact(trace)) || !std::isfinite(trace.Mean());
  }

  bool Exact(const Estimate& trace) const {
    return trace.StandardError() <= options_.tolerance * std::abs(trace.Mean());
  }

  std::vector<Measurement> Measurements(const Estimates& estimates) const {
    const auto& [trace, squared_norm] = estimates;
    const double norm = std::sqrt(squared_norm.Mean());
    std::vector<Measurement> all = {{"trace", trace.Mean()},
                                    {"squared_frobenius_norm", squared_norm.Mean()},
                                    {"frobenius_norm", norm}};
    all[0].standard_error = trace.StandardError();
    all[1].standard_error = squared_norm.StandardError();
    all[2].standard_error = squared_norm.StandardError() / (2 * norm);
    for (Measurement& m : all) m.samples = static_cast<int64_t>(trace.samples.size());
    for (Measurement& m : all)
      m.converged = *m.standard_error <= options_.tolerance * std::abs(m.value);
    return all;
  }

  const TraceOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeTraceProbe(const TraceOptions& options) {
  return std::make_unique<TraceProbe>(options);
}

}  // namespace geometer::geometry
