#include "worker/trainer/builders/probe.h"

#include "worker/geometry/probes/complexity_bounds.h"
#include "worker/geometry/probes/function_shape.h"
#include "worker/geometry/probes/gradient_norm.h"
#include "worker/geometry/probes/loss.h"
#include "worker/geometry/probes/neural_collapse.h"
#include "worker/geometry/probes/parameter_norm.h"
#include "worker/trainer/builders/probe_options.h"

namespace geometer::trainer {

absl::StatusOr<BuiltProbe> BuildProbe(const v1::Probe& spec) {
  switch (spec.quantity_case()) {
    case v1::Probe::kLoss:
      return BuiltProbe{geometry::MakeLossProbe()};
    case v1::Probe::kGradientNorm:
      return BuiltProbe{geometry::MakeGradientNormProbe()};
    case v1::Probe::kParameterNorm:
      return BuiltProbe{geometry::MakeParameterNormProbe(), /*reads_data=*/false};
    case v1::Probe::kGeometricComplexity:
      return BuiltProbe{
          geometry::MakeGeometricComplexityProbe(ToOptions(spec.geometric_complexity()))};
    case v1::Probe::kHessianTop:
      return BuiltProbe{geometry::MakeHessianTopProbe(ToOptions(spec.hessian_top()))};
    case v1::Probe::kFunctionShape:
      return BuiltProbe{geometry::MakeFunctionShapeProbe(
          {spec.function_shape().points(), spec.function_shape().snapshot()})};
    case v1::Probe::kStability:
      return BuiltProbe{geometry::MakeStabilityProbe(ToOptions(spec.stability()))};
    case v1::Probe::kTrace:
      return BuiltProbe{geometry::MakeTraceProbe(ToOptions(spec.trace()))};
    case v1::Probe::kSpectralDensity:
      return BuiltProbe{geometry::MakeSpectralDensityProbe(ToOptions(spec.spectral_density()))};
    case v1::Probe::kNeuralCollapse:
      return BuiltProbe{
          geometry::MakeNeuralCollapseProbe({spec.neural_collapse().geometric_collapse()})};
    case v1::Probe::kMargins:
      return BuiltProbe{geometry::MakeMarginsProbe(ToOptions(spec.margins()))};
    case v1::Probe::kComplexityBounds:
      return BuiltProbe{geometry::MakeComplexityBoundsProbe({spec.complexity_bounds().delta()})};
    case v1::Probe::kGradientStatistics:
      return BuiltProbe{
          geometry::MakeGradientStatisticsProbe(ToOptions(spec.gradient_statistics()))};
    case v1::Probe::QUANTITY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("probe: no quantity that this trainer knows");
}

}  // namespace geometer::trainer
