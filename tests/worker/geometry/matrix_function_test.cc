#include "worker/geometry/matrix_function.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/diag.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

SymmetricOperator Of(const at::Tensor& matrix) {
  return [matrix](const at::Tensor& v) { return matrix.mv(v.to(at::kDouble)); };
}

at::Tensor RandomSymmetric(int64_t n) {
  const at::Tensor a = Noise({n, n}, "matrix");
  return (a + a.t()) / std::sqrt(8.0 * static_cast<double>(n));
}

TEST(MatrixFunctionTest, EqualsTheSumOverEigenvectors) {
  const at::Tensor h = RandomSymmetric(40), b = Noise({40}, "b");
  const auto [values, vectors] = at::linalg_eigh(h);
  const at::Tensor expected = vectors.mv(values.exp() * vectors.t().mv(b));
  const FunctionProduct product =
      MultiplyByFunction(Of(h), b, [](double x) { return std::exp(x); });
  EXPECT_TRUE(product.converged);
  EXPECT_TRUE(at::allclose(product.value, expected, 1e-9, 1e-9));
}

TEST(MatrixFunctionTest, OfTheIdentityFunctionIsTheProduct) {
  const at::Tensor h = RandomSymmetric(9), b = Noise({9}, "b");
  const auto same = [](double x) { return x; };
  EXPECT_TRUE(at::allclose(MultiplyByFunction(Of(h), b, same).value, h.mv(b)));
}

// One product is enough along an eigenvector, and no other eigenvalue matters: not even one where f
// has no value.
TEST(MatrixFunctionTest, SeesOnlyTheEigenvectorsAlongB) {
  const at::Tensor h = at::diag(at::linspace(1, 5, 5, at::kDouble));
  at::Tensor b = at::zeros({5}, at::kDouble);
  b[1] = 3;
  const auto f = [](double x) { return x < 4 ? x * x : std::numeric_limits<double>::quiet_NaN(); };
  const FunctionProduct product = MultiplyByFunction(Of(h), b, f);
  EXPECT_TRUE(product.converged);
  EXPECT_TRUE(at::allclose(product.value, 4 * b));
  EXPECT_TRUE(
      MultiplyByFunction(Of(h), at::ones({5}, at::kDouble), f).value.isnan().all().item<bool>());
}

TEST(MatrixFunctionTest, SaysWhenItHasNotConverged) {
  const at::Tensor h = RandomSymmetric(40), b = Noise({40}, "b");
  const auto f = [](double x) { return std::exp(5 * x); };
  const FunctionProduct product = MultiplyByFunction(Of(h), b, f, {1e-12, 3});
  EXPECT_FALSE(product.converged);
  EXPECT_GT(product.residual, 1e-12);
}

TEST(MatrixFunctionTest, OfNothingIsNothing) {
  const at::Tensor zero = at::zeros({4}, at::kDouble);
  const FunctionProduct product =
      MultiplyByFunction(Of(RandomSymmetric(4)), zero, [](double x) { return x; });
  EXPECT_TRUE(product.converged);
  EXPECT_EQ(product.value.norm().item<double>(), 0);
}

}  // namespace
}  // namespace geometer::geometry
