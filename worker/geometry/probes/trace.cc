#include "worker/geometry/probes/trace.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr char kSketch[] = "sketch";
constexpr int64_t kFewest = 8;  // directions from which a standard error means something

// Vectors of independent random signs, shape [n, m], float64.
at::Tensor Signs(int64_t n, const at::Tensor& like, const at::Generator& generator) {
  at::Tensor bits = at::empty({n, like.numel()}, at::kDouble).random_(0, 2, generator);
  return bits.mul_(2).sub_(1).to(like.device());
}

// The products of `multiply` with the rows of `rows`, as rows.
at::Tensor MultiplyRows(const SymmetricOperator& multiply, const at::Tensor& rows) {
  Tensors products;
  for (const at::Tensor& row : rows.unbind()) products.push_back(multiply(row));
  return at::stack(products);
}

// An orthonormal basis, as rows, of the space spanned by `rows`.
at::Tensor Orthonormal(const at::Tensor& rows) {
  return std::get<0>(at::linalg_qr(rows.t())).t().contiguous();
}

// What is known exactly: the operator on the span of a few directions.
struct Deflation {
  at::Tensor basis;     // Q as rows, [r, m]; undefined without a sketch
  at::Tensor products;  // CQ as rows
  double trace = 0;
  double squared_norm = 0;
  int64_t spent = 0;

  at::Tensor Remove(const at::Tensor& z) const {
    return basis.defined() ? z - basis.t().mv(basis.mv(z)) : z;
  }
};

// The mean of what was sampled, with its standard error.
struct Estimate {
  std::vector<double> samples;
  double offset = 0;

  double Mean() const {
    double sum = 0;
    for (const double x : samples) sum += x;
    return offset + sum / static_cast<double>(samples.size());
  }

  double StandardError() const {
    const auto n = static_cast<double>(samples.size());
    double sum = 0;
    for (const double x : samples) sum += (offset + x - Mean()) * (offset + x - Mean());
    return n > 1 ? std::sqrt(sum / (n - 1) / n) : std::numeric_limits<double>::quiet_NaN();
  }
};

class TraceProbe : public Probe {
 public:
  explicit TraceProbe(const TraceOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& warm_start) const override {
    const Network network = Detached(subject.network, /*track=*/true);
    const SymmetricOperator multiply = MakeCurvature(
        options_.curvature, network, *subject.objective, subject.sample, subject.chunk_size);
    const at::Generator generator =
        MakeGenerator(subject.seed, "probe/trace", static_cast<uint64_t>(subject.step));
    const at::Tensor like = Flatten(network.params).detach();
    const Deflation known = Deflate(multiply, like, warm_start, generator);
    Estimate trace{{}, known.trace}, squared_norm{{}, known.squared_norm};
    for (int64_t spent = known.spent; !Enough(trace, spent); ++spent) {
      const at::Tensor z = known.Remove(Signs(1, like, generator)[0]);
      const at::Tensor y = multiply(z);
      trace.samples.push_back(at::dot(z, y).item<double>());
      squared_norm.samples.push_back(at::dot(y, y).item<double>());
    }
    return {Measurements(trace, squared_norm), WarmStart(known, like)};
  }

 private:
  Deflation Deflate(const SymmetricOperator& multiply, const at::Tensor& like,
                    const NamedTensors& warm_start, const at::Generator& generator) const {
    const int64_t r = std::min(options_.sketch, like.numel());
    if (r == 0) return {};
    Deflation known;
    at::Tensor range;
    if (warm_start.empty()) {
      range = MultiplyRows(multiply, Signs(r, like, generator));
      known.spent = r;
    } else {
      range = warm_start[0].tensor.to(like.device(), at::kDouble);
    }
    if (!range.isfinite().all().item<bool>()) return {};  // the samples will say so
    known.basis = Orthonormal(range);
    known.products = MultiplyRows(multiply, known.basis);
    known.trace = (known.basis * known.products).sum().item<double>();
    known.squared_norm = known.products.square().sum().item<double>();
    known.spent += r;
    return known;
  }

  bool Enough(const Estimate& trace, int64_t spent) const {
    const auto n = static_cast<int64_t>(trace.samples.size());
    if (n < 1) return false;
    return spent >= options_.max_products || (n >= kFewest && Exact(trace)) ||
           !std::isfinite(trace.Mean());
  }

  bool Exact(const Estimate& trace) const {
    return trace.StandardError() <= options_.tolerance * std::abs(trace.Mean());
  }

  std::vector<Measurement> Measurements(const Estimate& trace, const Estimate& squared_norm) const {
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

  static NamedTensors WarmStart(const Deflation& known, const at::Tensor& like) {
    if (!known.products.defined()) return {};
    return {{kSketch, known.products.to(like)}};
  }

  const TraceOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeTraceProbe(const TraceOptions& options) {
  return std::make_unique<TraceProbe>(options);
}

}  // namespace geometer::geometry
