#include "worker/geometry/probes/game_jacobian.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

#include <iterator>
#include <limits>

#include "worker/geometry/arnoldi.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/probes/match_deal.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

// v ↦ Jv of a field that is known with its graph, by differentiating Jᵀu in u.
class JacobianOperator {
 public:
  JacobianOperator(Tensors field, Tensors params)
      : field_(std::move(field)), params_(std::move(params)) {
    for (const at::Tensor& part : field_) {
      weights_.push_back(at::zeros_like(part).requires_grad_());
    }
    transposed_ = VectorJacobianProduct(field_, weights_, params_, /*create_graph=*/true);
  }

  at::Tensor operator()(const at::Tensor& v) const {
    return Flatten(VectorJacobianProduct(transposed_, Unflatten(v, params_), weights_))
        .to(at::kDouble);
  }

 private:
  const Tensors field_, params_;
  Tensors weights_;     // u
  Tensors transposed_;  // Jᵀu
};

class GameJacobianProbe : public Probe {
 public:
  explicit GameJacobianProbe(const GameJacobianOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Deal deal = DealOf(subject, "probe/game_jacobian/latents");
    const Match& match = *subject.match;
    const Profile leaves = Leaves(match.at);
    Tensors field, params;
    for (size_t player = 0; player < leaves.size(); ++player) {
      const at::Tensor loss = match.game->Loss(player, leaves, deal, Mode::kEvaluation);
      for (const at::Tensor& part : Gradient(loss, leaves[player], /*create_graph=*/true)) {
        field.push_back(-match.pace.rates[player] * part);
      }
      std::ranges::copy(leaves[player], std::back_inserter(params));
    }
    const int64_t size = Flatten(params).numel();
    const at::Tensor start = at::empty({size}, at::kDouble)
                                 .normal_(0, 1, MakeGenerator(subject.seed, "probe/game_jacobian"))
                                 .to(params[0].device());
    const JacobianOperator jacobian(std::move(field), std::move(params));
    const ComplexEigenvalues found = LargestEigenvalues(
        jacobian, start, {options_.k, options_.tolerance, options_.max_products, /*shift=*/1});
    return {Measurements(found), {}};
  }

 private:
  std::vector<Measurement> Measurements(const ComplexEigenvalues& found) const {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    std::vector<Measurement> measurements;
    for (int64_t i = 0; i < options_.k; ++i) {
      const bool present = i < static_cast<int64_t>(found.values.size());
      const ComplexEigenvalue pair =
          present ? found.values[i] : ComplexEigenvalue{{kNan, kNan}, kNan, false};
      const auto add = [&](const char* quantity, double value, std::optional<int64_t> index) {
        Measurement m{quantity, value, index};
        if (present) m.residual = pair.residual;
        m.converged = pair.converged;
        m.samples = found.products;
        measurements.push_back(m);
      };
      add("eigenvalue_real", pair.value.real(), i);
      add("eigenvalue_imaginary", pair.value.imag(), i);
      if (i == 0) add("spectral_radius", std::abs(1.0 + pair.value), std::nullopt);
    }
    return measurements;
  }

  const GameJacobianOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeGameJacobianProbe(const GameJacobianOptions& options) {
  return std::make_unique<GameJacobianProbe>(options);
}

}  // namespace geometer::geometry
