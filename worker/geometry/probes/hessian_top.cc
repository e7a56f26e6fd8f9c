#include "worker/geometry/probes/hessian_top.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <limits>

#include "worker/geometry/autograd.h"
#include "worker/geometry/lanczos.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr char kStart[] = "start";

class HessianTopProbe : public Probe {
 public:
  explicit HessianTopProbe(const HessianTopOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& warm_start) const override {
    const Network network = Detached(subject.network, /*track=*/true);
    const HessianOperator hessian(
        MeanLoss(network, *subject.objective, subject.sample, subject.chunk_size), network.params);
    const at::Generator generator =
        MakeGenerator(subject.seed, "probe/hessian_top", static_cast<uint64_t>(subject.step));
    const Eigenpairs found =
        LargestEigenpairs([&](const at::Tensor& v) { return hessian.Multiply(v); },
                          Start(Flatten(network.params).detach(), warm_start, generator), generator,
                          {options_.k, options_.tolerance, options_.max_products});
    return {Measurements(found), WarmStart(found)};
  }

 private:
  // A start with the length, dtype and device of the parameters.
  static at::Tensor Start(const at::Tensor& params, const NamedTensors& warm_start,
                          const at::Generator& generator) {
    at::Tensor noise = at::empty(params.sizes(), at::kDouble).normal_(0, 1, generator).to(params);
    if (warm_start.empty()) return noise;
    const at::Tensor previous = warm_start[0].tensor.to(params);
    return previous / previous.norm() + noise / noise.norm();
  }

  std::vector<Measurement> Measurements(const Eigenpairs& found) const {
    std::vector<Measurement> eigenvalues;
    for (int64_t i = 0; i < options_.k; ++i) {
      const bool present = i < static_cast<int64_t>(found.pairs.size());
      Measurement m{"eigenvalue", std::numeric_limits<double>::quiet_NaN(), i};
      if (present) m.value = found.pairs[i].value;
      if (present) m.residual = found.pairs[i].residual;
      m.converged = present && found.pairs[i].converged;
      m.samples = found.products;
      eigenvalues.push_back(m);
    }
    return eigenvalues;
  }

  // The sum of all eigenvectors, so that the next search starts inside their span.
  static NamedTensors WarmStart(const Eigenpairs& found) {
    if (found.pairs.empty()) return {};
    at::Tensor sum = found.pairs[0].vector;
    for (size_t i = 1; i < found.pairs.size(); ++i) sum = sum + found.pairs[i].vector;
    return {{kStart, sum}};
  }

  const HessianTopOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeHessianTopProbe(const HessianTopOptions& options) {
  return std::make_unique<HessianTopProbe>(options);
}

}  // namespace geometer::geometry
