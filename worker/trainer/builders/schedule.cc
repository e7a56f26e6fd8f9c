#include "worker/trainer/builders/schedule.h"

#include <utility>

#include "worker/geometry/schedules/constant.h"
#include "worker/geometry/schedules/cosine.h"
#include "worker/geometry/schedules/cyclic.h"
#include "worker/geometry/schedules/drift_adjusted.h"
#include "worker/geometry/schedules/one_cycle.h"
#include "worker/geometry/schedules/polyak.h"
#include "worker/geometry/schedules/polynomial.h"
#include "worker/geometry/schedules/step.h"
#include "worker/geometry/schedules/window.h"

namespace geometer::trainer {
namespace {

using AdaptiveOrStatus = absl::StatusOr<std::unique_ptr<geometry::AdaptiveSchedule>>;

absl::StatusOr<geometry::ProductMode> ToMode(v1::ProductMode mode) {
  switch (mode) {
    case v1::PRODUCT_MODE_EXACT:
      return geometry::ProductMode::kExact;
    case v1::PRODUCT_MODE_FORWARD_DIFFERENCE:
      return geometry::ProductMode::kForwardDifference;
    case v1::PRODUCT_MODE_CENTRAL_DIFFERENCE:
      return geometry::ProductMode::kCentralDifference;
    default:
      return absl::InvalidArgumentError("schedule.drift_adjusted.product: unknown");
  }
}

AdaptiveOrStatus Build(const v1::CorridorSchedule& spec) {
  geometry::PolyakOptions options;
  options.minimum = spec.minimum();
  options.scale = spec.scale();
  options.cap = spec.cap();
  options.floor = spec.floor();
  options.growth = spec.growth();
  return geometry::MakePolyak(options);
}

AdaptiveOrStatus Build(const v1::PolyakSchedule& spec) {
  geometry::PolyakOptions options;
  options.minimum = spec.minimum();
  options.scale = 1 / spec.constant();
  options.growth = spec.growth();
  options.first = spec.first();
  return geometry::MakePolyak(options);
}

AdaptiveOrStatus Build(const v1::DriftAdjustedSchedule& spec) {
  const auto mode = ToMode(spec.product());
  if (!mode.ok()) return mode.status();
  geometry::DriftAdjustedOptions options;
  options.power = spec.power();
  options.constant = spec.constant();
  options.cap = spec.cap();
  options.start = static_cast<int64_t>(spec.start());
  options.stop = static_cast<int64_t>(spec.stop());
  options.momentum_aware = spec.momentum_aware();
  options.product = {*mode, spec.displacement()};
  return geometry::MakeDriftAdjusted(options);
}

// The adaptive schedule of `spec`, or nothing where it is not one.
AdaptiveOrStatus BuildAdaptive(const v1::Schedule& spec) {
  switch (spec.shape_case()) {
    case v1::Schedule::kCorridor:
      return Build(spec.corridor());
    case v1::Schedule::kPolyak:
      return Build(spec.polyak());
    case v1::Schedule::kDriftAdjusted:
      return Build(spec.drift_adjusted());
    default:
      return nullptr;
  }
}

std::unique_ptr<geometry::Schedule> BuildShape(const v1::Schedule& spec) {
  switch (spec.shape_case()) {
    case v1::Schedule::kConstant:
      return geometry::MakeConstant();
    case v1::Schedule::kCosine:
      return geometry::MakeCosine(spec.cosine().final_factor());
    case v1::Schedule::kStep:
      return geometry::MakeStep({spec.step().milestones().begin(), spec.step().milestones().end()},
                                spec.step().factor());
    case v1::Schedule::kLinear:
      return geometry::MakePolynomial(1, spec.linear().final_factor());
    case v1::Schedule::kPolynomial:
      return geometry::MakePolynomial(spec.polynomial().power(), spec.polynomial().final_factor());
    case v1::Schedule::kOneCycle:
      return geometry::MakeOneCycle({spec.one_cycle().rise(), spec.one_cycle().initial_factor(),
                                     spec.one_cycle().final_factor()});
    case v1::Schedule::kCyclic:
      return geometry::MakeCyclic(static_cast<int64_t>(spec.cyclic().period()),
                                  spec.cyclic().lowest_factor());
    case v1::Schedule::kWindow:
      return geometry::MakeWindow(static_cast<int64_t>(spec.window().start()),
                                  static_cast<int64_t>(spec.window().stop()));
    case v1::Schedule::kCorridor:
    case v1::Schedule::kPolyak:
    case v1::Schedule::kDriftAdjusted:
    case v1::Schedule::SHAPE_NOT_SET:
      break;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<RateRule> BuildSchedule(const v1::Schedule& spec) {
  auto adaptive = BuildAdaptive(spec);
  if (!adaptive.ok()) return adaptive.status();
  RateRule rule{BuildShape(spec), *std::move(adaptive), static_cast<int64_t>(spec.warmup()),
                spec.reference_batch()};
  if (rule.schedule != nullptr || rule.adaptive != nullptr) return rule;
  return absl::InvalidArgumentError("schedule: no shape that this trainer knows");
}

}  // namespace geometer::trainer
