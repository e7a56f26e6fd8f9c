#include "worker/geometry/probes/game_drift.h"

#include <ATen/TensorOperators.h>

#include <cmath>

#include "worker/geometry/probes/match_deal.h"

namespace geometer::geometry {
namespace {

class GameDriftProbe : public Probe {
 public:
  explicit GameDriftProbe(DriftConvention convention) : convention_(convention) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Deal deal = DealOf(subject, "probe/game_drift");
    const Match& match = *subject.match;
    const Profile leaves = Leaves(match.at);
    const at::Tensor loss = match.game->Loss(match.player, leaves, deal, Mode::kEvaluation);
    const at::Tensor gradient = Flatten(Gradient(loss, leaves[match.player])).to(at::kDouble);
    const DriftCoefficients drift = DriftOf(match.player, match.pace, convention_);
    const auto term = [&](GameTerm of, double coefficient) {
      const Tensors found =
          TermGradient(*match.game, match.player, of, leaves, deal, deal, Mode::kEvaluation);
      return Flatten(found).to(at::kDouble) * coefficient;
    };
    const at::Tensor self = term(GameTerm::kSelfNorm, drift.self);
    const at::Tensor interaction = term(GameTerm::kInteraction, drift.interaction);
    const double squared = gradient.square().sum().item<double>();
    const auto norm = [](const at::Tensor& v) { return v.norm().item<double>(); };
    return {{{"loss", loss.item<double>()},
             {"gradient_norm", std::sqrt(squared)},
             {"self_drift", norm(self)},
             {"interaction_drift", norm(interaction)},
             {"interaction_slope", interaction.dot(gradient).item<double>() / squared}},
            {}};
  }

 private:
  const DriftConvention convention_;
};

}  // namespace

std::unique_ptr<Probe> MakeGameDriftProbe(DriftConvention convention) {
  return std::make_unique<GameDriftProbe>(convention);
}

}  // namespace geometer::geometry
