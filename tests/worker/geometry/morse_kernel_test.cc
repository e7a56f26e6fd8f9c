#include "worker/geometry/morse_kernel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

using Kind = MorseKernelKind;

constexpr Kind kKinds[] = {Kind::kGaussian, Kind::kLaplace, Kind::kCauchy, Kind::kStudent,
                           Kind::kRational};

// MG I-T1
TEST(MorseKernelTest, IsOneAtItsTargetAndLessElsewhere) {
  const at::Tensor z = Noise({50, 3}, "z");
  for (const Kind kind : kKinds) {
    const MorseKernel kernel{kind, 2.5, 1.5};
    EXPECT_EQ(kernel.Log(SquaredDistances(z, z).diagonal()).abs().max().item<double>(), 0);
    const at::Tensor elsewhere = kernel.Log(SquaredDistances(z, at::zeros({1, 3}, at::kDouble)));
    EXPECT_LT(elsewhere.max().item<double>(), 0);
    EXPECT_GT(elsewhere.exp().min().item<double>(), 0);
  }
}

// MG I.1.2: at r² = 4, λ = 0.5.
TEST(MorseKernelTest, FallsAsItsFormulaSays) {
  const at::Tensor s = at::full({1}, 4.0, at::kDouble);
  const auto log = [&](Kind kind, double shape) {
    return MorseKernel{kind, 0.5, shape}.Log(s).item<double>();
  };
  EXPECT_DOUBLE_EQ(log(Kind::kGaussian, 1), -1);
  EXPECT_DOUBLE_EQ(log(Kind::kLaplace, 1), -1);
  EXPECT_DOUBLE_EQ(log(Kind::kCauchy, 1), -std::log(3));
  EXPECT_DOUBLE_EQ(log(Kind::kStudent, 4), -2.5 * std::log(1.5));
  EXPECT_DOUBLE_EQ(log(Kind::kRational, 4), -4 * std::log(1.25));
}

// MG I-T2
TEST(MorseKernelTest, StudentOfOneDegreeIsCauchy) {
  const at::Tensor s = Noise({20}, "s").square();
  EXPECT_TRUE(at::allclose(MorseKernel{Kind::kStudent, 0.7, 1}.Log(s),
                           MorseKernel{Kind::kCauchy, 0.7}.Log(s), 1e-12, 0));
}

// MG I-T3: at a mode Hess(−log μ) = −2κ'(0)·JᵀJ, so with k = 2 outputs of d = 5 inputs it has
// exactly three zero eigenvalues.
TEST(MorseKernelTest, TheHessianAtAModeIsThatOfTheJacobian) {
  const at::Tensor first = Noise({5, 4}, "first"), second = Noise({4, 2}, "second");
  const auto phi = [&](const at::Tensor& x) { return x.matmul(first).tanh().matmul(second); };
  const at::Tensor mode = Noise({5}, "mode");
  const at::Tensor target = phi(mode).unsqueeze(0);
  const auto rows = [](const at::Tensor& output, const at::Tensor& x) {
    std::vector<at::Tensor> found;
    for (int64_t i = 0; i < output.numel(); ++i) {
      found.push_back(Gradient(output[i], {x}, /*create_graph=*/true)[0]);
    }
    return at::stack(found);
  };
  for (const Kind kind : {Kind::kGaussian, Kind::kCauchy, Kind::kStudent, Kind::kRational}) {
    const MorseKernel kernel{kind, 1.3, 2};
    const at::Tensor x = mode.clone().requires_grad_();
    const at::Tensor potential = -kernel.Log(SquaredDistances(phi(x).unsqueeze(0), target)).sum();
    const at::Tensor slope = Gradient(potential, {x}, /*create_graph=*/true)[0];
    const at::Tensor hessian = rows(slope, x).detach();
    const at::Tensor jacobian = rows(phi(x), x).detach();
    EXPECT_LT(
        (hessian - kernel.ModeCurvature() * jacobian.t().mm(jacobian)).abs().max().item<double>(),
        1e-10);
    EXPECT_EQ((at::linalg_eigvalsh(hessian).abs() < 1e-9).sum().item<int64_t>(), 3);
  }
}

TEST(MorseKernelTest, LaplaceHasNoSlopeAtItsKink) {
  const at::Tensor z = at::zeros({1, 2}, at::kDouble).requires_grad_();
  const at::Tensor log =
      MorseKernel{Kind::kLaplace}.Log(SquaredDistances(z, at::zeros({1, 2}, at::kDouble))).sum();
  EXPECT_EQ(Gradient(log, {z})[0].abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace geometer::geometry
