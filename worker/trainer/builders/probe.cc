#include "worker/trainer/builders/probe.h"

#include "worker/geometry/probes/complexity_bounds.h"
#include "worker/geometry/probes/few_shot.h"
#include "worker/geometry/probes/function_shape.h"
#include "worker/geometry/probes/game_drift.h"
#include "worker/geometry/probes/generated_samples.h"
#include "worker/geometry/probes/gradient_norm.h"
#include "worker/geometry/probes/lie_bracket.h"
#include "worker/geometry/probes/loss.h"
#include "worker/geometry/probes/modified_loss.h"
#include "worker/geometry/probes/ood_detection.h"
#include "worker/geometry/probes/parameter_norm.h"
#include "worker/geometry/probes/plane_map.h"
#include "worker/trainer/builders/objective.h"
#include "worker/trainer/builders/probe_options.h"

namespace geometer::trainer {
namespace {

absl::StatusOr<geometry::LossPart> BuildLossPart(const v1::LossPart& spec,
                                                 const geometry::Dataset& data) {
  geometry::LossPart part;
  part.classes.assign(spec.classes().begin(), spec.classes().end());
  if (!spec.has_objective()) return part;
  auto objective = BuildObjective(spec.objective(), data);
  if (!objective.ok()) return objective.status();
  part.objective = *std::move(objective);
  return part;
}

absl::StatusOr<BuiltProbe> BuildLieBracket(const v1::LieBracketProbe& spec,
                                           const geometry::Dataset& data) {
  geometry::LieBracketOptions options{{}, spec.interference(), spec.measured()};
  if (spec.has_first() && spec.has_second()) {
    for (const v1::LossPart* part : {&spec.first(), &spec.second()}) {
      auto built = BuildLossPart(*part, data);
      if (!built.ok()) return built.status();
      options.parts.push_back(*std::move(built));
    }
  }
  const bool compares = options.parts.empty();
  return BuiltProbe{geometry::MakeLieBracketProbe(options), /*reads_data=*/true, compares};
}

BuiltProbe BuildGeneratedSamples(const geometry::Dataset& data) {
  geometry::GeneratedSamplesOptions options{geometry::ModesOf(data), nullptr};
  if (data.classes > 0 && !options.modes.has_value()) {
    options.classifier =
        std::make_shared<const geometry::LabelClassifier>(data.train, data.classes);
  }
  return {.probe = geometry::MakeGeneratedSamplesProbe(options), .of_match = true};
}

BuiltProbe BuildOodDetection(const v1::OodDetectionProbe& spec, const geometry::Dataset& data) {
  geometry::OodOptions options{
      .scores = ToScores(spec), .temperature = spec.temperature(), .training = data.train};
  return {geometry::MakeOodDetectionProbe(std::move(options)), /*reads_data=*/true,
          /*compares=*/false, /*of_match=*/false, spec.data()};
}

}  // namespace

absl::StatusOr<BuiltProbe> BuildProbe(const v1::Probe& spec, const geometry::Dataset& data) {
  switch (spec.quantity_case()) {
    case v1::Probe::kLoss:
      return BuiltProbe{geometry::MakeLossProbe()};
    case v1::Probe::kGradientNorm:
      return BuiltProbe{geometry::MakeGradientNormProbe()};
    case v1::Probe::kParameterNorm:
      return BuiltProbe{geometry::MakeParameterNormProbe(spec.parameter_norm().coordinates()),
                        /*reads_data=*/false};
    case v1::Probe::kGeometricComplexity:
      return BuiltProbe{
          geometry::MakeGeometricComplexityProbe(ToOptions(spec.geometric_complexity()))};
    case v1::Probe::kHessianTop:
      return BuiltProbe{geometry::MakeHessianTopProbe(ToOptions(spec.hessian_top()))};
    case v1::Probe::kFunctionShape:
      if (c10::multiply_integers(data.train.shape()) != 1) {
        return absl::InvalidArgumentError("function_shape: needs data with one input");
      }
      return BuiltProbe{geometry::MakeFunctionShapeProbe(
          {spec.function_shape().points(), spec.function_shape().snapshot()})};
    case v1::Probe::kStability:
      return BuiltProbe{geometry::MakeStabilityProbe(ToOptions(spec.stability()))};
    case v1::Probe::kTrace:
      return BuiltProbe{geometry::MakeTraceProbe(ToOptions(spec.trace()))};
    case v1::Probe::kSpectralDensity:
      return BuiltProbe{geometry::MakeSpectralDensityProbe(ToOptions(spec.spectral_density()))};
    case v1::Probe::kNeuralCollapse:
      return BuiltProbe{geometry::MakeNeuralCollapseProbe(ToOptions(spec.neural_collapse()))};
    case v1::Probe::kMargins:
      return BuiltProbe{geometry::MakeMarginsProbe(ToOptions(spec.margins()))};
    case v1::Probe::kComplexityBounds:
      return BuiltProbe{geometry::MakeComplexityBoundsProbe({spec.complexity_bounds().delta()})};
    case v1::Probe::kGradientStatistics:
      return BuiltProbe{
          geometry::MakeGradientStatisticsProbe(ToOptions(spec.gradient_statistics()))};
    case v1::Probe::kModifiedLoss:
      return BuiltProbe{geometry::MakeModifiedLossProbe(
          {spec.modified_loss().batch_size(), spec.modified_loss().third_order()})};
    case v1::Probe::kLieBracket:
      return BuildLieBracket(spec.lie_bracket(), data);
    case v1::Probe::kFlowDistance:
      return BuiltProbe{geometry::MakeFlowDistanceProbe(ToOptions(spec.flow_distance()))};
    case v1::Probe::kOodDetection:
      return BuildOodDetection(spec.ood_detection(), data);
    case v1::Probe::kCalibration:
      return BuiltProbe{geometry::MakeCalibrationProbe(ToOptions(spec.calibration()))};
    case v1::Probe::kDensitySamples:
      return BuiltProbe{geometry::MakeDensitySamplesProbe(ToOptions(spec.density_samples()))};
    case v1::Probe::kPlaneMap:
      if (c10::multiply_integers(data.train.shape()) != 2) {
        return absl::InvalidArgumentError("plane_map: needs data with two inputs");
      }
      return BuiltProbe{geometry::MakePlaneMapProbe(
          {spec.plane_map().points(), spec.plane_map().extent(), spec.plane_map().logarithm()})};
    case v1::Probe::kFewShot: {
      BuiltProbe built{geometry::MakeFewShotProbe(ToOptions(spec.few_shot()))};
      built.outside = spec.few_shot().data();
      return built;
    }
    case v1::Probe::kGameDrift:
      return BuiltProbe{geometry::MakeGameDriftProbe(ToConvention(spec.game_drift()))};
    case v1::Probe::kGameJacobian:
      return BuiltProbe{.probe = geometry::MakeGameJacobianProbe(ToOptions(spec.game_jacobian())),
                        .of_match = true};
    case v1::Probe::kGeneratedSamples:
      return BuildGeneratedSamples(data);
    case v1::Probe::QUANTITY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("probe: no quantity that this trainer knows");
}

}  // namespace geometer::trainer
