#include "worker/trainer/sources/made.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include "worker/geometry/datasets/function_1d.h"
#include "worker/geometry/datasets/gaussian_classes.h"
#include "worker/geometry/datasets/gaussian_modes.h"
#include "worker/geometry/datasets/linear_teacher.h"
#include "worker/geometry/datasets/plane_curves.h"

namespace geometer::trainer {
namespace {

absl::StatusOr<geometry::Function1d> ToFunction(v1::Function function) {
  switch (function) {
    case v1::FUNCTION_SINE:
      return geometry::Function1d::kSine;
    case v1::FUNCTION_STEP:
      return geometry::Function1d::kStep;
    case v1::FUNCTION_ABSOLUTE:
      return geometry::Function1d::kAbsolute;
    case v1::FUNCTION_CUBIC:
      return geometry::Function1d::kCubic;
    case v1::FUNCTION_CHEBYSHEV:
      return geometry::Function1d::kChebyshev;
    default:
      return absl::InvalidArgumentError("data.function.function: unknown");
  }
}

template <typename Source>
geometry::SampleSizes SizesOf(const Source& spec) {
  return {spec.train(), spec.validation(), spec.test()};
}

at::Tensor Column(const google::protobuf::RepeatedField<double>& values) {
  return at::tensor(at::ArrayRef<double>(values.data(), values.size()), at::kDouble).unsqueeze(1);
}

}  // namespace

absl::StatusOr<geometry::RawDataset> Make(const v1::FunctionDataset& spec, uint64_t seed) {
  const auto function = ToFunction(spec.function());
  if (!function.ok()) return function.status();
  return geometry::MakeFunction1d({*function, spec.degree(), spec.noise(), SizesOf(spec), seed});
}

geometry::RawDataset Make(const v1::PointsDataset& spec) {
  const at::Tensor none = at::empty({0, 1}, at::kDouble);
  geometry::RawDataset data{"points", {Column(spec.inputs()), Column(spec.targets())}};
  data.validation = data.test = {none, none};
  return data;
}

geometry::RawDataset Make(const v1::TwoMoonsDataset& spec, uint64_t seed) {
  return geometry::MakeTwoMoons({spec.noise(), SizesOf(spec), seed});
}

geometry::RawDataset Make(const v1::CirclesDataset& spec, uint64_t seed) {
  return geometry::MakeCircles({spec.rings(), spec.noise(), SizesOf(spec), seed});
}

geometry::RawDataset Make(const v1::GaussianClassesDataset& spec, uint64_t seed) {
  return geometry::MakeGaussianClasses({spec.class_count(), spec.dimension(), spec.separation(),
                                        spec.deviation(), SizesOf(spec), seed});
}

geometry::RawDataset Make(const v1::GaussianModesDataset& spec, uint64_t seed) {
  const bool ring = spec.layout() == v1::MODE_LAYOUT_RING;
  return geometry::MakeGaussianModes(
      {ring ? geometry::ModeLayout::kRing : geometry::ModeLayout::kGrid, spec.modes(),
       spec.extent(), spec.deviation(), SizesOf(spec), seed});
}

geometry::RawDataset Make(const v1::LinearTeacherDataset& spec, uint64_t seed) {
  return geometry::MakeLinearTeacher(
      {spec.inputs(), spec.outputs(), spec.noise(), SizesOf(spec), seed});
}

}  // namespace geometer::trainer
