#include "worker/geometry/datasets/function_1d.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linspace.h>

#include <numbers>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

at::Tensor Evaluate(const Function1dOptions& options, const at::Tensor& x) {
  switch (options.function) {
    case Function1d::kSine:
      return (2 * std::numbers::pi * x).sin();
    case Function1d::kStep:
      return x.sign();
    case Function1d::kAbsolute:
      return x.abs();
    case Function1d::kCubic:
      return 4 * x.pow(3) - 3 * x;
    case Function1d::kChebyshev:
      return (static_cast<double>(options.degree) * x.arccos()).cos();
  }
  TORCH_CHECK(false, "expected a function, got ", static_cast<int>(options.function));
}

at::Tensor Grid(int64_t points) { return at::linspace(-1, 1, points, at::kDouble).unsqueeze(1); }

at::Tensor Uniform(int64_t points, const at::Generator& generator) {
  return at::empty({points, 1}, at::kDouble).uniform_(-1, 1, generator);
}

Examples Sample(const Function1dOptions& options, const at::Tensor& x,
                const at::Generator& generator) {
  const at::Tensor noise = at::empty_like(x).normal_(0, 1, generator);
  return {x, Evaluate(options, x) + options.noise * noise};
}

}  // namespace

RawDataset MakeFunction1d(const Function1dOptions& options) {
  const auto& [train, validation, test] = options.sizes;
  TORCH_CHECK(train >= 2, "expected at least 2 training points, got ", train);
  const at::Generator train_draws = MakeGenerator(options.seed, "function/train");
  const at::Generator validation_draws = MakeGenerator(options.seed, "function/validation");
  const at::Tensor x_validation = Uniform(validation, validation_draws);
  const at::Tensor x_test = Grid(test);
  RawDataset data{"function", Sample(options, Grid(train), train_draws)};
  data.validation = Sample(options, x_validation, validation_draws);
  data.test = {x_test, Evaluate(options, x_test)};
  return data;
}

}  // namespace geometer::geometry
