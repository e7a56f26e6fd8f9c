#include "worker/geometry/arnoldi.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linalg_eigvals.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

at::Tensor Normal(std::vector<int64_t> shape, const char* stream) {
  return at::empty(shape, at::kDouble).normal_(0, 1, MakeGenerator(5, stream));
}

LinearOperator Times(const at::Tensor& matrix) {
  return [matrix](const at::Tensor& v) { return matrix.mv(v); };
}

// All eigenvalues by LAPACK, those farthest from −shift first.
std::vector<std::complex<double>> AllEigenvalues(const at::Tensor& matrix, double shift) {
  const at::Tensor values = at::linalg_eigvals(matrix);
  std::vector<std::complex<double>> all;
  for (int64_t i = 0; i < values.size(0); ++i) {
    all.emplace_back(values[i].item<c10::complex<double>>());
  }
  std::ranges::sort(all, std::greater<>(), [shift](auto value) { return std::abs(shift + value); });
  return all;
}

// Conjugates are equally far: compares distance and real part.
void ExpectEqual(std::complex<double> found, std::complex<double> expected, double tolerance) {
  EXPECT_NEAR(found.real(), expected.real(), tolerance);
  EXPECT_NEAR(std::abs(found.imag()), std::abs(expected.imag()), tolerance);
}

TEST(ArnoldiTest, TheWholeSpaceGivesAllEigenvaluesExactly) {
  const at::Tensor matrix = Normal({12, 12}, "matrix");
  const auto expected = AllEigenvalues(matrix, 1);
  const auto found = LargestEigenvalues(Times(matrix), Normal({12}, "start"),
                                        {.k = 12, .tolerance = 0, .max_products = 50, .shift = 1});
  EXPECT_EQ(found.products, 12);
  ASSERT_EQ(found.values.size(), 12u);
  for (size_t i = 0; i < 12; ++i) {
    ExpectEqual(found.values[i].value, expected[i], 1e-10);
    EXPECT_TRUE(found.values[i].converged);
  }
}

TEST(ArnoldiTest, ConvergedValuesAreWithinTheirResidual) {
  at::Tensor matrix = Normal({200, 200}, "large") * 0.02;
  matrix.diagonal().slice(0, 0, 3) += at::tensor({3.0, -2.5, 2.0}, at::kDouble);
  const auto expected = AllEigenvalues(matrix, 0);
  const auto found = LargestEigenvalues(Times(matrix), Normal({200}, "start"),
                                        {.k = 3, .tolerance = 1e-8, .max_products = 100});
  EXPECT_LT(found.products, 60);
  ASSERT_EQ(found.values.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(found.values[i].converged);
    ExpectEqual(found.values[i].value, expected[i], 1e-7);
  }
}

// A rotation: purely imaginary eigenvalues, which come in pairs.
TEST(ArnoldiTest, FindsConjugatePairs) {
  const at::Tensor rotation = at::tensor({0.0, 2.0, -2.0, 0.0}, at::kDouble).view({2, 2});
  const auto found = LargestEigenvalues(Times(rotation), at::tensor({1.0, 0.3}, at::kDouble),
                                        {.k = 2, .max_products = 5});
  ASSERT_EQ(found.values.size(), 2u);
  for (const ComplexEigenvalue& value : found.values) {
    ExpectEqual(value.value, {0, 2}, 1e-14);
    EXPECT_EQ(value.residual, 0);
  }
}

TEST(ArnoldiTest, TheShiftDecidesWhichAreLargest) {
  const at::Tensor matrix = at::tensor({-3.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2});
  const auto first = [&](double shift) {
    return LargestEigenvalues(Times(matrix), at::ones({2}, at::kDouble),
                              {.k = 1, .max_products = 2, .shift = shift})
        .values.at(0)
        .value.real();
  };
  EXPECT_NEAR(first(0), -3, 1e-12);
  EXPECT_NEAR(first(2), 1, 1e-12);
}

TEST(ArnoldiTest, AnInvariantStartEndsIt) {
  const auto found = LargestEigenvalues(Times(2 * at::eye(5, at::kDouble)),
                                        at::ones({5}, at::kDouble), {.k = 2, .max_products = 9});
  EXPECT_EQ(found.products, 1);
  ASSERT_EQ(found.values.size(), 1u);
  EXPECT_NEAR(found.values[0].value.real(), 2, 1e-14);
}

TEST(ArnoldiTest, WhatTheBudgetDoesNotReachIsNotConverged) {
  const auto found = LargestEigenvalues(Times(Normal({60, 60}, "hard")), Normal({60}, "start"),
                                        {.k = 2, .tolerance = 1e-10, .max_products = 6});
  EXPECT_EQ(found.products, 6);
  for (const ComplexEigenvalue& value : found.values) {
    EXPECT_FALSE(value.converged);
    EXPECT_GT(value.residual, 1e-10);
  }
}

TEST(ArnoldiTest, AProductThatIsNotFiniteGivesNone) {
  const auto nan = [](const at::Tensor& v) {
    return at::full_like(v, std::numeric_limits<double>::quiet_NaN());
  };
  EXPECT_TRUE(LargestEigenvalues(nan, at::ones({3}, at::kDouble), {}).values.empty());
}

}  // namespace
}  // namespace geometer::geometry
