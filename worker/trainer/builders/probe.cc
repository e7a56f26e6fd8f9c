#include "worker/trainer/builders/probe.h"

#include "worker/geometry/probes/complexity_bounds.h"
#include "worker/geometry/probes/function_shape.h"
#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/gradient_norm.h"
#include "worker/geometry/probes/hessian_top.h"
#include "worker/geometry/probes/loss.h"
#include "worker/geometry/probes/margins.h"
#include "worker/geometry/probes/neural_collapse.h"
#include "worker/geometry/probes/parameter_norm.h"
#include "worker/geometry/probes/spectral_density.h"
#include "worker/geometry/probes/stability.h"
#include "worker/geometry/probes/trace.h"

namespace geometer::trainer {
namespace {

// The defaults of an explicit spec stand for what is not set.
geometry::Curvature ToCurvature(v1::Curvature curvature) {
  if (curvature == v1::CURVATURE_GAUSS_NEWTON) return geometry::Curvature::kGaussNewton;
  if (curvature == v1::CURVATURE_FISHER) return geometry::Curvature::kFisher;
  return geometry::Curvature::kHessian;
}

geometry::ComplexityOutput ToOutput(v1::ComplexityOutput output) {
  switch (output) {
    case v1::COMPLEXITY_OUTPUT_PROBABILITIES:
      return geometry::ComplexityOutput::kProbabilities;
    case v1::COMPLEXITY_OUTPUT_CENTRED_LOGITS:
      return geometry::ComplexityOutput::kCentredLogits;
    case v1::COMPLEXITY_OUTPUT_EMBEDDING:
      return geometry::ComplexityOutput::kEmbedding;
    case v1::COMPLEXITY_OUTPUT_EVERY_LAYER:
      return geometry::ComplexityOutput::kEveryLayer;
    default:
      return geometry::ComplexityOutput::kLogits;
  }
}

geometry::JacobianMethod ToMethod(v1::JacobianMethod method) {
  switch (method) {
    case v1::JACOBIAN_METHOD_ROWS:
      return geometry::JacobianMethod::kRows;
    case v1::JACOBIAN_METHOD_COLUMNS:
      return geometry::JacobianMethod::kColumns;
    case v1::JACOBIAN_METHOD_GAUSSIAN:
      return geometry::JacobianMethod::kGaussian;
    case v1::JACOBIAN_METHOD_RADEMACHER:
      return geometry::JacobianMethod::kRademacher;
    case v1::JACOBIAN_METHOD_SPHERE:
      return geometry::JacobianMethod::kSphere;
    case v1::JACOBIAN_METHOD_SAMPLED_ROWS:
      return geometry::JacobianMethod::kSampledRows;
    default:
      return geometry::JacobianMethod::kAuto;
  }
}

geometry::InputSpace ToSpace(v1::InputSpace space) {
  if (space == v1::INPUT_SPACE_UNIT) return geometry::InputSpace::kUnit;
  if (space == v1::INPUT_SPACE_RAW) return geometry::InputSpace::kRaw;
  return geometry::InputSpace::kNormalised;
}

std::unique_ptr<geometry::Probe> Build(const v1::GeometricComplexityProbe& spec) {
  geometry::GeometricComplexityOptions options;
  options.output = ToOutput(spec.output());
  options.norms = {ToMethod(spec.method()), spec.draws()};
  options.space = ToSpace(spec.space());
  options.quantiles.assign(spec.quantiles().begin(), spec.quantiles().end());
  options.by_class = spec.by_class();
  return geometry::MakeGeometricComplexityProbe(options);
}

std::unique_ptr<geometry::Probe> Build(const v1::HessianTopProbe& spec) {
  geometry::HessianTopOptions options;
  options.k = spec.k();
  options.tolerance = spec.tolerance();
  options.max_products = spec.max_products();
  options.curvature = ToCurvature(spec.curvature());
  if (spec.end() == v1::SPECTRUM_END_SMALLEST) options.end = geometry::SpectrumEnd::kSmallest;
  return geometry::MakeHessianTopProbe(options);
}

std::unique_ptr<geometry::Probe> Build(const v1::MarginsProbe& spec) {
  geometry::MarginsOptions options;
  options.quantiles.assign(spec.quantiles().begin(), spec.quantiles().end());
  options.gamma = spec.gamma();
  options.complexity = spec.complexity();
  if (spec.statistic() == v1::MARGIN_STATISTIC_MEAN) {
    options.statistic = geometry::MarginStatistic::kMean;
  }
  if (spec.has_bound()) options.bound = {spec.bound().poincare_constant(), spec.bound().delta()};
  return geometry::MakeMarginsProbe(options);
}

std::unique_ptr<geometry::Probe> Build(const v1::StabilityProbe& spec) {
  geometry::LanczosOptions options;
  options.k = spec.k();
  options.tolerance = spec.tolerance();
  options.max_products = spec.max_products();
  return geometry::MakeStabilityProbe(options);
}

std::unique_ptr<geometry::Probe> Build(const v1::TraceProbe& spec) {
  return geometry::MakeTraceProbe(
      {ToCurvature(spec.curvature()), spec.sketch(), spec.tolerance(), spec.max_products()});
}

std::unique_ptr<geometry::Probe> Build(const v1::SpectralDensityProbe& spec) {
  return geometry::MakeSpectralDensityProbe(
      {ToCurvature(spec.curvature()), spec.starts(), spec.steps()});
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
      return BuiltProbe{Build(spec.geometric_complexity())};
    case v1::Probe::kHessianTop:
      return BuiltProbe{Build(spec.hessian_top())};
    case v1::Probe::kFunctionShape:
      return BuiltProbe{geometry::MakeFunctionShapeProbe(
          {spec.function_shape().points(), spec.function_shape().snapshot()})};
    case v1::Probe::kStability:
      return BuiltProbe{Build(spec.stability())};
    case v1::Probe::kTrace:
      return BuiltProbe{Build(spec.trace())};
    case v1::Probe::kSpectralDensity:
      return BuiltProbe{Build(spec.spectral_density())};
    case v1::Probe::kNeuralCollapse:
      return BuiltProbe{
          geometry::MakeNeuralCollapseProbe({spec.neural_collapse().geometric_collapse()})};
    case v1::Probe::kMargins:
      return BuiltProbe{Build(spec.margins())};
    case v1::Probe::kComplexityBounds:
      return BuiltProbe{geometry::MakeComplexityBoundsProbe({spec.complexity_bounds().delta()})};
    case v1::Probe::QUANTITY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("probe: no quantity that this trainer knows");
}

}  // namespace geometer::trainer
