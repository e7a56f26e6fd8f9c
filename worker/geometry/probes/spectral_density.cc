#include "worker/geometry/probes/spectral_density.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "worker/geometry/krylov_basis.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Node {
  double value;
  double weight;
};

// The quadrature of one start; empty when a product is not finite.
std::vector<Node> Quadrature(const SymmetricOperator& multiply, const at::Tensor& start,
                             const at::Generator& generator, int64_t steps) {
  KrylovBasis basis(start, generator, steps);
  do {
    if (!basis.Advance(multiply)) return {};
  } while (basis.size() < steps && !basis.spans_everything());
  const RitzPairs ritz = basis.Solve();
  const at::Tensor weights = ritz.coordinates[0].square().contiguous();
  std::vector<Node> nodes;
  for (size_t i = 0; i < ritz.values.size(); ++i) {
    nodes.push_back({ritz.values[i], weights.const_data_ptr<double>()[i]});
  }
  return nodes;
}

double Moment(const std::vector<Node>& nodes, int power) {
  double sum = 0;
  for (const auto& [value, weight] : nodes) sum += weight * (power == 1 ? value : value * value);
  return nodes.empty() ? kNan : sum;
}

class SpectralDensityProbe : public Probe {
 public:
  explicit SpectralDensityProbe(const SpectralDensityOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/true);
    const SymmetricOperator multiply = MakeCurvature(
        options_.curvature, network, *subject.objective, subject.sample, subject.chunk_size);
    const at::Generator generator =
        MakeGenerator(subject.seed, "probe/spectral_density", static_cast<uint64_t>(subject.step));
    const at::Tensor like = Flatten(network.params).detach();
    std::vector<std::vector<Node>> starts;
    for (int64_t i = 0; i < options_.starts; ++i) {
      const at::Tensor start = at::empty(like.sizes(), at::kDouble).normal_(0, 1, generator);
      starts.push_back(Quadrature(multiply, start.to(like), generator, options_.steps));
    }
    return {Measurements(starts), {}};
  }

 private:
  static std::vector<Measurement> Measurements(const std::vector<std::vector<Node>>& starts) {
    std::vector<double> means, squares;
    std::vector<Node> nodes;
    for (const std::vector<Node>& quadrature : starts) {
      means.push_back(Moment(quadrature, 1));
      squares.push_back(Moment(quadrature, 2));
      nodes.insert(nodes.end(), quadrature.begin(), quadrature.end());
    }
    std::vector<Measurement> all = {MeanOverExamples("density_mean", at::tensor(means)),
                                    MeanOverExamples("density_mean_square", at::tensor(squares))};
    AddNodes(std::move(nodes), static_cast<double>(starts.size()), all);
    return all;
  }

  static void AddNodes(std::vector<Node> nodes, double starts, std::vector<Measurement>& to) {
    if (nodes.empty()) nodes.push_back({kNan, kNan});
    std::ranges::sort(nodes, {}, &Node::value);
    int64_t index = 0;
    for (const auto& [value, weight] : nodes) {
      to.push_back({"density_node", value, index});
      to.push_back({"density_weight", weight / starts, index++});
    }
  }

  const SpectralDensityOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeSpectralDensityProbe(const SpectralDensityOptions& options) {
  return std::make_unique<SpectralDensityProbe>(options);
}

}  // namespace geometer::geometry
