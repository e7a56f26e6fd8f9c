#include "worker/trainer/builders/probe.h"

#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/gradient_norm.h"
#include "worker/geometry/probes/hessian_top.h"
#include "worker/geometry/probes/loss.h"
#include "worker/geometry/probes/neural_collapse.h"
#include "worker/geometry/probes/parameter_norm.h"
#include "worker/geometry/probes/stability.h"

namespace geometer::trainer {
namespace {

std::unique_ptr<geometry::Probe> Build(const v1::HessianTopProbe& spec) {
  geometry::HessianTopOptions options;
  options.k = spec.k();
  options.tolerance = spec.tolerance();
  options.max_products = spec.max_products();
  return geometry::MakeHessianTopProbe(options);
}

std::unique_ptr<geometry::Probe> Build(const v1::StabilityProbe& spec) {
  geometry::LanczosOptions options;
  options.k = spec.k();
  options.tolerance = spec.tolerance();
  options.max_products = spec.max_products();
  return geometry::MakeStabilityProbe(options);
}

}  // namespace

absl::StatusOr<BuiltProbe> BuildProbe(const v1::Probe& spec) {
  switch (spec.quantity_case()) {
    case v1::Probe::kLoss:
      return BuiltProbe{geometry::MakeLossProbe()};
    case v1::Probe::kGradientNorm:
      return BuiltProbe{geometry::MakeGradientNormProbe()};
    case v1::Probe::kParameterNorm:
      return BuiltProbe{geometry::MakeParameterNormProbe(), /*reads_data=*/false};
    case v1::Probe::kGeometricComplexity:
      return BuiltProbe{geometry::MakeGeometricComplexityProbe()};
    case v1::Probe::kHessianTop:
      return BuiltProbe{Build(spec.hessian_top())};
    case v1::Probe::kStability:
      return BuiltProbe{Build(spec.stability())};
    case v1::Probe::kNeuralCollapse:
      return BuiltProbe{
          geometry::MakeNeuralCollapseProbe({spec.neural_collapse().geometric_collapse()})};
    case v1::Probe::QUANTITY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("probe: no quantity that this trainer knows");
}

}  // namespace geometer::trainer
