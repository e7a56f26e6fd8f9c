#include "worker/trainer/builders/probe_options.h"

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

geometry::Flow ToFlow(v1::Flow flow) {
  switch (flow) {
    case v1::FLOW_MODIFIED:
      return geometry::Flow::kModified;
    case v1::FLOW_THIRD_ORDER:
      return geometry::Flow::kThirdOrder;
    case v1::FLOW_PRINCIPAL:
      return geometry::Flow::kPrincipal;
    case v1::FLOW_NON_PRINCIPAL:
      return geometry::Flow::kNonPrincipal;
    default:
      return geometry::Flow::kGradient;
  }
}

geometry::ProbabilityForm ToForm(v1::ProbabilityForm form) {
  if (form == v1::PROBABILITY_FORM_BACKGROUND) return geometry::ProbabilityForm::kBackground;
  if (form == v1::PROBABILITY_FORM_DENSITY_TEMPERATURE) {
    return geometry::ProbabilityForm::kTemperature;
  }
  return geometry::ProbabilityForm::kPosterior;
}

}  // namespace

geometry::CalibrationOptions ToOptions(const v1::CalibrationProbe& spec) {
  return {ToForm(spec.probabilities()), spec.background(), spec.bins()};
}

geometry::DensitySamplesOptions ToOptions(const v1::DensitySamplesProbe& spec) {
  geometry::DensitySamplesOptions options{
      {.steps = spec.steps(), .step_size = spec.step_size(), .gradient_clip = spec.gradient_clip()},
      spec.box()};
  if (spec.sampler() == v1::DENSITY_SAMPLER_LANGEVIN) {
    options.sampler.inverse_temperature = spec.inverse_temperature();
  }
  return options;
}

geometry::FewShotOptions ToOptions(const v1::FewShotProbe& spec) {
  using enum geometry::FewShotClassifier;
  return {.way = spec.way(),
          .shot = spec.shot(),
          .query = spec.query(),
          .episodes = spec.episodes(),
          .classifier = spec.classifier() == v1::FEW_SHOT_CLASSIFIER_RIDGE      ? kRidge
                        : spec.classifier() == v1::FEW_SHOT_CLASSIFIER_LOGISTIC ? kLogistic
                                                                                : kNearestMean,
          .penalty = spec.penalty(),
          .normalized = spec.normalized()};
}

geometry::FlowDistanceOptions ToOptions(const v1::FlowDistanceProbe& spec) {
  geometry::FlowDistanceOptions options{
      {}, spec.steps(), int64_t{2} * spec.substeps(), spec.tolerance(), spec.max_products()};
  for (const int flow : spec.flows()) {
    options.flows.push_back(ToFlow(static_cast<v1::Flow>(flow)));
  }
  return options;
}

geometry::DriftConvention ToConvention(const v1::GameDriftProbe& spec) {
  return spec.convention() == v1::DRIFT_CONVENTION_PAPER ? geometry::DriftConvention::kPaper
                                                         : geometry::DriftConvention::kSingleClock;
}

geometry::GameJacobianOptions ToOptions(const v1::GameJacobianProbe& spec) {
  return {spec.k(), spec.tolerance(), spec.max_products()};
}

geometry::GeometricComplexityOptions ToOptions(const v1::GeometricComplexityProbe& spec) {
  geometry::GeometricComplexityOptions options;
  options.output = ToOutput(spec.output());
  options.norms = {ToMethod(spec.method()), spec.draws()};
  options.space = ToSpace(spec.space());
  options.quantiles.assign(spec.quantiles().begin(), spec.quantiles().end());
  options.by_class = spec.by_class();
  options.calibrate = spec.calibrate();
  options.by_example = spec.by_example();
  return options;
}

geometry::GradientStatisticsOptions ToOptions(const v1::GradientStatisticsProbe& spec) {
  return {spec.batch_size(), spec.compared(), spec.transfer()};
}

geometry::HessianTopOptions ToOptions(const v1::HessianTopProbe& spec) {
  geometry::HessianTopOptions options;
  options.k = spec.k();
  options.tolerance = spec.tolerance();
  options.max_products = spec.max_products();
  options.curvature = ToCurvature(spec.curvature());
  if (spec.end() == v1::SPECTRUM_END_SMALLEST) options.end = geometry::SpectrumEnd::kSmallest;
  return options;
}

geometry::MarginsOptions ToOptions(const v1::MarginsProbe& spec) {
  geometry::MarginsOptions options;
  options.quantiles.assign(spec.quantiles().begin(), spec.quantiles().end());
  options.gamma = spec.gamma();
  options.complexity = spec.complexity();
  if (spec.statistic() == v1::MARGIN_STATISTIC_MEAN) {
    options.statistic = geometry::MarginStatistic::kMean;
  }
  if (spec.has_bound()) options.bound = {spec.bound().poincare_constant(), spec.bound().delta()};
  return options;
}

geometry::NeuralCollapseOptions ToOptions(const v1::NeuralCollapseProbe& spec) {
  return {spec.geometric_collapse(), spec.pairs(), spec.poincare_constant()};
}

geometry::LanczosOptions ToOptions(const v1::StabilityProbe& spec) {
  geometry::LanczosOptions options;
  options.k = spec.k();
  options.tolerance = spec.tolerance();
  options.max_products = spec.max_products();
  return options;
}

geometry::TraceOptions ToOptions(const v1::TraceProbe& spec) {
  return {ToCurvature(spec.curvature()), spec.sketch(), spec.tolerance(), spec.max_products()};
}

geometry::SpectralDensityOptions ToOptions(const v1::SpectralDensityProbe& spec) {
  return {ToCurvature(spec.curvature()), spec.starts(), spec.steps()};
}

std::vector<geometry::OodScore> ToScores(const v1::OodDetectionProbe& spec) {
  std::vector<geometry::OodScore> scores;
  for (const int score : spec.scores()) {
    switch (static_cast<v1::OodScore>(score)) {
      case v1::OOD_SCORE_DENSITY:
        scores.push_back(geometry::OodScore::kDensity);
        break;
      case v1::OOD_SCORE_MAX_PROBABILITY:
        scores.push_back(geometry::OodScore::kMaxProbability);
        break;
      case v1::OOD_SCORE_ENTROPY:
        scores.push_back(geometry::OodScore::kEntropy);
        break;
      case v1::OOD_SCORE_ENERGY:
        scores.push_back(geometry::OodScore::kEnergy);
        break;
      case v1::OOD_SCORE_MAHALANOBIS_INPUTS:
        scores.push_back(geometry::OodScore::kMahalanobisInputs);
        break;
      case v1::OOD_SCORE_MAHALANOBIS_EMBEDDING:
        scores.push_back(geometry::OodScore::kMahalanobisEmbedding);
        break;
      default:
        break;  // refused by the contract
    }
  }
  return scores;
}

}  // namespace geometer::trainer
