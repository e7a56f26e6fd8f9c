#include "worker/geometry/datasets/linear_teacher.h"

#include <ATen/TensorOperators.h>

#include <cmath>

#include "worker/geometry/random.h"

namespace geometer::geometry {
RawDataset MakeLinearTeacher(const LinearTeacherOptions& options) {
  const at::Generator draws = MakeGenerator(options.seed, "linear_teacher/matrix");
  const at::Tensor matrix = StandardNormal(options.outputs, options.inputs, draws) /
                            std::sqrt(static_cast<double>(options.inputs));
  const Law law = [&](int64_t count, const at::Generator& generator) {
    const at::Tensor x = StandardNormal(count, options.inputs, generator);
    const at::Tensor noise = StandardNormal(count, options.outputs, generator);
    return Examples{x, x.mm(matrix.t()) + options.noise * noise};
  };
  RawDataset data = Sampled("linear_teacher", options.sizes, options.seed, /*classes=*/0, law);
  data.test.targets = data.test.inputs.mm(matrix.t());
  return data;
}

}  // namespace geometer::geometry
