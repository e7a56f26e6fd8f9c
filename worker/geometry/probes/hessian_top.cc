#include "worker/geometry/probes/hessian_top.h"

#include <limits>

#include "worker/geometry/probes/eigen_search.h"

namespace geometer::geometry {
namespace {

class HessianTopProbe : public Probe {
 public:
  explicit HessianTopProbe(const HessianTopOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& warm_start) const override {
    const Network network = Detached(subject.network, /*track=*/true);
    const SymmetricOperator multiply = MakeCurvature(
        options_.curvature, network, *subject.objective, subject.sample, subject.chunk_size);
    const Eigenpairs found =
        FindEigenpairs(subject, multiply, "probe/hessian_top", warm_start,
                       {options_.k, options_.tolerance, options_.max_products, options_.end});
    return {Measurements(found), WarmStart(found)};
  }

 private:
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

  const HessianTopOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeHessianTopProbe(const HessianTopOptions& options) {
  return std::make_unique<HessianTopProbe>(options);
}

}  // namespace geometer::geometry
