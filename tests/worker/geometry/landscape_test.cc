#include "worker/geometry/landscape.h"

#include <ATen/ops/allclose.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor Vector(double x, double y, double z) { return at::tensor({x, y, z}, at::kDouble); }

// To all digits that the spec prints.
void ExpectNear(const at::Tensor& value, const at::Tensor& expected) {
  EXPECT_TRUE(at::allclose(value, expected, 0, 1e-12)) << value << expected;
}

// A small network's mean loss in chunks, with decay.
Landscape NetworkLandscape(const SmallProblem& problem, int64_t chunk_size, double decay) {
  return {[&problem, chunk_size](const Tensors& params) {
            const Network there{problem.model.get(), params, problem.network.buffers};
            return MeanLoss(there, *problem.objective, problem.examples, chunk_size);
          },
          problem.network.params, decay};
}

// GD T4: values, gradients, H₁g₁ and D³L₁[g₁, g₁].
TEST(LandscapeTest, HasTheGoldenDerivatives) {
  const Landscape first = GoldenLandscape(1);
  const at::Tensor x0 = GoldenStart();
  EXPECT_NEAR(first.Value(x0), 1.1001663875225, 1e-12);
  EXPECT_NEAR(GoldenLandscape(2).Value(x0), 0.1672261924655, 1e-12);
  EXPECT_NEAR(GoldenLandscape(3).Value(x0), -0.5490466660381, 1e-12);
  const Landscape::Slope at = first.At(x0);
  ExpectNear(at.gradient, Vector(1.5588446163529, -0.1836014008271, -0.2390287697152));
  ExpectNear(GoldenLandscape(2).Gradient(x0),
             Vector(1.2686834848546, -1.2088360707241, -0.4543043626662));
  ExpectNear(GoldenLandscape(3).Gradient(x0),
             Vector(0.7522031718546, 0.5170013215923, -0.6123331545878));
  ExpectNear(at.hessian(at.gradient), Vector(-0.6856991747955, 0.4973757849227, -0.0953772065619));
  ExpectNear(first.ThirdDerivative(x0, at.gradient, at.gradient),
             Vector(-3.1653621848382, -0.2311579722524, 0.8786270142235));
}

TEST(LandscapeTest, TheThirdDerivativeIsTheSlopeOfTheHessian) {
  const SmallProblem problem = MakeSmallProblem();
  const Landscape loss = NetworkLandscape(problem, 5, 0.3);
  const at::Tensor theta = Flatten(problem.network.params).detach();
  const at::Tensor u = Noise(theta.sizes(), "u"), v = Noise(theta.sizes(), "v");
  const double h = 1e-5;
  const at::Tensor slope =
      (loss.At(theta + h * u).hessian(v) - loss.At(theta - h * u).hessian(v)) / (2 * h);
  EXPECT_TRUE(at::allclose(loss.ThirdDerivative(theta, u, v), slope, 1e-6, 1e-8));
  EXPECT_TRUE(at::allclose(loss.ThirdDerivative(theta, v, u), slope, 1e-6, 1e-8));
}

TEST(LandscapeTest, DecayAddsHalfTheSquare) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor theta = Flatten(problem.network.params).detach();
  const Landscape bare = NetworkLandscape(problem, 12, 0), bent = NetworkLandscape(problem, 12, 2);
  const at::Tensor v = Noise(theta.sizes(), "v");
  EXPECT_NEAR(bent.Value(theta) - bare.Value(theta), theta.square().sum().item<double>(), 1e-12);
  EXPECT_TRUE(at::allclose(bent.Gradient(theta), bare.Gradient(theta) + 2 * theta));
  EXPECT_TRUE(at::allclose(bent.At(theta).gradient, bent.Gradient(theta)));
  EXPECT_TRUE(at::allclose(bent.At(theta).hessian(v), bare.At(theta).hessian(v) + 2 * v));
}

TEST(LandscapeTest, DoesNotDependOnTheChunks) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor theta = Flatten(problem.network.params).detach();
  const at::Tensor v = Noise(theta.sizes(), "v");
  const Landscape whole = NetworkLandscape(problem, 12, 0), parts = NetworkLandscape(problem, 5, 0);
  EXPECT_NEAR(whole.Value(theta), parts.Value(theta), 1e-13);
  EXPECT_TRUE(at::allclose(whole.At(theta).gradient, parts.At(theta).gradient, 1e-12, 1e-14));
  EXPECT_TRUE(at::allclose(whole.At(theta).hessian(v), parts.At(theta).hessian(v), 1e-12, 1e-14));
  EXPECT_TRUE(at::allclose(whole.ThirdDerivative(theta, v, v), parts.ThirdDerivative(theta, v, v),
                           1e-11, 1e-13));
}

}  // namespace
}  // namespace geometer::geometry
