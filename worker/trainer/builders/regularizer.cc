#include "worker/trainer/builders/regularizer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/geometry/regularizers/conflict.h"
#include "worker/geometry/regularizers/geometric_complexity.h"
#include "worker/geometry/regularizers/gradient_norm.h"
#include "worker/geometry/regularizers/l2.h"
#include "worker/geometry/regularizers/loss_jacobian.h"
#include "worker/geometry/regularizers/parameter_norm.h"
#include "worker/geometry/regularizers/sharpness.h"
#include "worker/geometry/regularizers/spectral_norm.h"
#include "worker/geometry/regularizers/variation.h"

namespace geometer::trainer {
namespace {

using Built = absl::StatusOr<std::unique_ptr<geometry::Regularizer>>;

constexpr int64_t kChunk = 1000;  // examples of the whole training split in memory at once

Built GradientNorm(const v1::GradientNormRegularizer& spec, const geometry::Dataset& data) {
  const geometry::GradientNormOptions options{.squared = spec.squared()};
  switch (spec.examples()) {
    case v1::GRADIENT_EXAMPLES_BATCH:
      return geometry::MakeGradientNorm(options);
    case v1::GRADIENT_EXAMPLES_PARTS:
      return geometry::MakePartGradientNorm(spec.part(), options);
    case v1::GRADIENT_EXAMPLES_FULL:
      return geometry::MakeFullGradientNorm(data.train, kChunk, options);
    default:
      return absl::InvalidArgumentError("gradient_norm.examples: not known to this trainer");
  }
}

Built GeometricComplexity(const v1::GeometricComplexityRegularizer& spec) {
  geometry::ComplexityPenaltyOptions options{.layer = spec.layer(),
                                             .projections = spec.projections()};
  switch (spec.target()) {
    case v1::COMPLEXITY_TARGET_OUTPUT:
      options.target = geometry::ComplexityTarget::kOutput;
      break;
    case v1::COMPLEXITY_TARGET_EMBEDDING:
      options.target = geometry::ComplexityTarget::kEmbedding;
      break;
    case v1::COMPLEXITY_TARGET_LAYER:
      options.target = geometry::ComplexityTarget::kLayer;
      break;
    default:
      return absl::InvalidArgumentError("geometric_complexity.target: not known to this trainer");
  }
  return geometry::MakeGeometricComplexity(options);
}

Built ParameterNorm(const v1::ParameterNormRegularizer& spec) {
  switch (spec.group()) {
    case v1::PARAMETER_GROUP_ALL:
      return geometry::MakeParameterNorm(geometry::ParameterGroup::kAll, spec.power());
    case v1::PARAMETER_GROUP_WEIGHTS:
      return geometry::MakeParameterNorm(geometry::ParameterGroup::kWeights, spec.power());
    case v1::PARAMETER_GROUP_VECTORS:
      return geometry::MakeParameterNorm(geometry::ParameterGroup::kVectors, spec.power());
    case v1::PARAMETER_GROUP_OUTPUT:
      return geometry::MakeParameterNorm(geometry::ParameterGroup::kOutput, spec.power());
    default:
      return absl::InvalidArgumentError("parameter_norm.group: not known to this trainer");
  }
}

Built SpectralNorm(const v1::SpectralNormRegularizer& spec) {
  const bool exact = spec.method() == v1::SPECTRAL_METHOD_EXACT;
  return geometry::MakeSpectralNorm({.method = exact ? geometry::SpectralMethod::kExact
                                                     : geometry::SpectralMethod::kPowerIteration,
                                     .iterations = spec.iterations()});
}

Built Variation(const v1::VariationRegularizer& spec, const geometry::Dataset& data) {
  const int64_t inputs = c10::multiply_integers(data.train.shape());
  if (inputs > 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("variation: needs data of one or two inputs, got ", inputs));
  }
  const bool total = spec.measure() == v1::VARIATION_TOTAL;
  return geometry::MakeVariation(inputs, {.measure = total ? geometry::VariationMeasure::kTotal
                                                           : geometry::VariationMeasure::kDirichlet,
                                          .points = spec.points(),
                                          .extent = spec.extent()});
}

Built BuildPenalty(const v1::Regularizer& spec, const geometry::Dataset& data) {
  switch (spec.penalty_case()) {
    case v1::Regularizer::kGradientNorm:
      return GradientNorm(spec.gradient_norm(), data);
    case v1::Regularizer::kL2:
      return geometry::MakeL2();
    case v1::Regularizer::kGeometricComplexity:
      return GeometricComplexity(spec.geometric_complexity());
    case v1::Regularizer::kSharpness:
      return geometry::MakeSharpness(spec.sharpness().radius());
    case v1::Regularizer::kSpectralNorm:
      return SpectralNorm(spec.spectral_norm());
    case v1::Regularizer::kLossJacobian:
      return geometry::MakeLossJacobian();
    case v1::Regularizer::kParameterNorm:
      return ParameterNorm(spec.parameter_norm());
    case v1::Regularizer::kVariation:
      return Variation(spec.variation(), data);
    case v1::Regularizer::kConflict:
      return geometry::MakeConflict();
    case v1::Regularizer::kGameTerm:
      return absl::InvalidArgumentError("game_term: needs a game");
    case v1::Regularizer::PENALTY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("regularizer: no penalty that this trainer knows");
}

}  // namespace

absl::Status CheckLayer(const v1::Regularizer& spec, const geometry::Model& model,
                        const at::Tensor& input) {
  const std::string& layer = spec.geometric_complexity().layer();
  if (layer.empty()) return absl::OkStatus();
  const geometry::Variables start = model.Initialize(/*seed=*/0, at::kFloat);
  std::vector<std::string> names;
  for (const geometry::NamedTensor& activation :
       model
           .Forward(start.parameters, start.buffers, input.to(at::kFloat),
                    geometry::Mode::kEvaluation)
           .activations) {
    if (activation.name == layer) return absl::OkStatus();
    names.push_back(activation.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("regularizers.geometric_complexity.layer: must be one of ",
                   absl::StrJoin(names, ", "), ", got ", layer));
}

absl::StatusOr<WeightedPenalty> BuildRegularizer(const v1::Regularizer& spec,
                                                 const geometry::Dataset& data) {
  auto regularizer = BuildPenalty(spec, data);
  if (!regularizer.ok()) return regularizer.status();
  auto schedule = BuildSchedule(spec.schedule());
  if (!schedule.ok()) return schedule.status();
  return WeightedPenalty{spec.weight(), *std::move(schedule),
                         spec.gradient_norm().match_learning_rate(), *std::move(regularizer)};
}

}  // namespace geometer::trainer
