#pragma once

#include "geometer/v1/probe.pb.h"
#include "worker/geometry/few_shot.h"
#include "worker/geometry/games/drift.h"
#include "worker/geometry/probes/calibration.h"
#include "worker/geometry/probes/density_samples.h"
#include "worker/geometry/probes/flow_distance.h"
#include "worker/geometry/probes/game_jacobian.h"
#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/gradient_statistics.h"
#include "worker/geometry/probes/hessian_top.h"
#include "worker/geometry/probes/margins.h"
#include "worker/geometry/probes/neural_collapse.h"
#include "worker/geometry/probes/ood_detection.h"
#include "worker/geometry/probes/spectral_density.h"
#include "worker/geometry/probes/stability.h"
#include "worker/geometry/probes/trace.h"

namespace geometer::trainer {

// The options of a probe as its explicit spec states them.
geometry::FewShotOptions ToOptions(const v1::FewShotProbe& spec);
geometry::CalibrationOptions ToOptions(const v1::CalibrationProbe& spec);
geometry::DensitySamplesOptions ToOptions(const v1::DensitySamplesProbe& spec);
geometry::FlowDistanceOptions ToOptions(const v1::FlowDistanceProbe& spec);
geometry::DriftConvention ToConvention(const v1::GameDriftProbe& spec);
geometry::GameJacobianOptions ToOptions(const v1::GameJacobianProbe& spec);
geometry::GeometricComplexityOptions ToOptions(const v1::GeometricComplexityProbe& spec);
geometry::GradientStatisticsOptions ToOptions(const v1::GradientStatisticsProbe& spec);
geometry::HessianTopOptions ToOptions(const v1::HessianTopProbe& spec);
geometry::MarginsOptions ToOptions(const v1::MarginsProbe& spec);
geometry::NeuralCollapseOptions ToOptions(const v1::NeuralCollapseProbe& spec);
geometry::LanczosOptions ToOptions(const v1::StabilityProbe& spec);
geometry::TraceOptions ToOptions(const v1::TraceProbe& spec);
std::vector<geometry::OodScore> ToScores(const v1::OodDetectionProbe& spec);
geometry::SpectralDensityOptions ToOptions(const v1::SpectralDensityProbe& spec);

}  // namespace geometer::trainer
