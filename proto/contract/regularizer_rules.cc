#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"

namespace geometer::contract {
namespace {

// Calls `look` with every regularizer of the job, its learner and its path.
template <typename Look>
void ForEach(const v1::JobSpec& spec, const Look& look) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    const v1::Learner& learner = spec.learners(i);
    for (int j = 0; j < learner.regularizers_size(); ++j) {
      look(learner.regularizers(j), learner,
           At("learners", i, absl::StrCat("regularizers[", j, "].")));
    }
  }
}

void MisplacedPart(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec,
          [&](const v1::Regularizer& regularizer, const v1::Learner&, const std::string& path) {
            const v1::GradientNormRegularizer& norm = regularizer.gradient_norm();
            const bool parts = norm.examples() == v1::GRADIENT_EXAMPLES_PARTS;
            if (parts == (norm.part() > 0)) return;
            report(path + "gradient_norm.part",
                   parts ? "nothing" : absl::StrCat("examples ", EnumName(norm.examples())));
          });
}

void PartTooLarge(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Regularizer& regularizer, const v1::Learner& learner,
                    const std::string& path) {
    const v1::Batches& batches = learner.batches();
    const uint64_t batch = batches.full() ? FewestExamples(spec) : batches.size();
    const uint64_t size = batch / std::max(batches.accumulation(), 1U);
    const uint64_t part = regularizer.gradient_norm().part();
    if (part <= size) return;
    report(path + "gradient_norm.part", absl::StrCat(part, " of ", size));
  });
}

void RateOfAnUnsquaredNorm(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec,
          [&](const v1::Regularizer& regularizer, const v1::Learner&, const std::string& path) {
            const v1::GradientNormRegularizer& norm = regularizer.gradient_norm();
            if (norm.match_learning_rate() == 0 || norm.squared()) return;
            report(path + "gradient_norm.match_learning_rate", "squared: false");
          });
}

void MisplacedLayer(const v1::JobSpec& spec, const Report& report) {
  ForEach(
      spec, [&](const v1::Regularizer& regularizer, const v1::Learner&, const std::string& path) {
        const v1::GeometricComplexityRegularizer& complexity = regularizer.geometric_complexity();
        const bool layer = complexity.target() == v1::COMPLEXITY_TARGET_LAYER;
        if (layer == !complexity.layer().empty()) return;
        report(path + "geometric_complexity.layer",
               layer ? "nothing" : absl::StrCat("target ", EnumName(complexity.target())));
      });
}

void ManyInputs(const v1::JobSpec& spec, const Report& report) {
  const v1::Dataset* wide = FirstWithout(spec, MayHaveOneOrTwoInputs);
  if (wide == nullptr) return;
  ForEach(spec,
          [&](const v1::Regularizer& regularizer, const v1::Learner&, const std::string& path) {
            if (regularizer.has_variation()) report(path + "variation", SourceName(*wide));
          });
}

// Reports a penalty whose gradient can't be differentiated, where `needed` asks for that.
void ReportNoSecondDerivative(const v1::Regularizer& regularizer, const std::string& path,
                              absl::string_view needed, const Report& report) {
  if (regularizer.has_sharpness()) report(path + "sharpness", needed);
  if (regularizer.has_spectral_norm()) report(path + "spectral_norm", needed);
  if (regularizer.has_conflict()) report(path + "conflict", needed);
  if (regularizer.gradient_norm().examples() == v1::GRADIENT_EXAMPLES_FULL) {
    report(path + "gradient_norm.examples", needed);
  }
}

void UndifferentiableInAProduct(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Regularizer& regularizer, const v1::Learner& learner,
                    const std::string& path) {
    const v1::DriftAdjustedSchedule& schedule = learner.schedule().drift_adjusted();
    if (!learner.schedule().has_drift_adjusted() || schedule.product() != v1::PRODUCT_MODE_EXACT) {
      return;
    }
    ReportNoSecondDerivative(regularizer, path, "product: exact", report);
  });
}

void UndifferentiableInACorrection(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Regularizer& regularizer, const v1::Learner& learner,
                    const std::string& path) {
    if (!learner.multitask().bracket_correction()) return;
    ReportNoSecondDerivative(regularizer, path, "bracket_correction", report);
  });
}

constexpr CrossRule kRules[] = {
    {"must be given with examples: parts, and only then", MisplacedPart},
    {"must be at most the examples of a batch that are evaluated at once", PartTooLarge},
    {"needs squared: true", RateOfAnUnsquaredNorm},
    {"must be given with target: layer, and only then", MisplacedLayer},
    {"needs data of one or two inputs", ManyInputs},
    {"has no second derivative: needs a drift_adjusted schedule by differences",
     UndifferentiableInAProduct},
    {"has no second derivative, which the correction needs", UndifferentiableInACorrection},
};

}  // namespace

std::span<const CrossRule> RegularizerRules() { return kRules; }

}  // namespace geometer::contract
