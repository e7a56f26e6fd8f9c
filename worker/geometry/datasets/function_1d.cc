#include "worker/geometry/datasets/function_1d.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linspace.h>

#include <numbers>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

at::Tensor Evaluate(Function1d function, const at::Tensor& x) {
  switch (function) {
    case Function1d::kSine:
      return (2 * std::numbers::pi * x).sin();
    case Function1d::kStep:
      return x.sign();
    case Function1d::kAbsolute:
      return x.abs();
    case Function1d::kCubic:
      return 4 * x.pow(3) - 3 * x;
  }
  TORCH_CHECK(false, "expected a function, got ", static_cast<int>(function));
}

at::Tensor Grid(int64_t points) { return at::linspace(-1, 1, points, at::kDouble).unsqueeze(1); }

at::Tensor Uniform(int64_t points, const at::Generator& generator) {
  return at::empty({points, 1}, at::kDouble).uniform_(-1, 1, generator);
}

Examples Sample(const Function1dOptions& options, const at::Tensor& x,
                const at::Generator& generator) {
  const at::Tensor noise = at::empty_like(x).normal_(0, 1, generator);
  const at::Tensor y = Evaluate(options.function, x) + options.noise * noise;
  return {x.to(options.dtype), y.to(options.dtype)};
}

}  // namespace

Dataset MakeFunction1d(const Function1dOptions& options) {
  TORCH_CHECK(options.train >= 2, "expected at least 2 training points, got ", options.train);
  const at::Generator train = MakeGenerator(options.seed, "function/train");
  const at::Generator validation = MakeGenerator(options.seed, "function/validation");
  const at::Tensor x_validation = Uniform(options.validation, validation);
  const at::Tensor x_test = Grid(options.test);
  const at::Tensor y_test = Evaluate(options.function, x_test);
  return Dataset{"function",
                 /*classes=*/0,
                 Sample(options, Grid(options.train), train),
                 Sample(options, x_validation, validation),
                 {x_test.to(options.dtype), y_test.to(options.dtype)},
                 {{0.0}, {1.0}}};
}

}  // namespace geometer::geometry
