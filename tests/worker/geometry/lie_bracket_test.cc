#include "worker/geometry/lie_bracket.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/geometry/slopes.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/flows.h"

namespace geometer::geometry {
namespace {

// Runge-Kutta steps for an error far below what is looked at.
constexpr int64_t kSteps = 8;

at::Tensor Vector(double x, double y, double z) { return at::tensor({x, y, z}, at::kDouble); }
double Norm(const at::Tensor& v) { return v.norm().item<double>(); }
bool Near(const at::Tensor& a, const at::Tensor& b, double tolerance) {
  return at::allclose(a, b, 0, tolerance);
}

// Both losses of one vector, in one chunk.
template <typename First, typename Second>
Interference At(First first, Second second, const at::Tensor& x, bool apart = false) {
  const at::Tensor leaf = x.detach().requires_grad_();
  const LossPair pair{1, [=](int64_t) { return std::array{first(leaf), second(leaf)}; }};
  return Interfere(pair, {leaf}, apart);
}

auto Golden(int k) {
  return [k](const at::Tensor& x) { return GoldenLoss(k, x); };
}

// [∇L_i, ∇L_j] of the golden losses.
at::Tensor Bracket(int i, int j, const at::Tensor& x) {
  return At(Golden(i), Golden(j), x).bracket;
}

at::Tensor Step(int k, const at::Tensor& x, double h) {
  return x - h * GoldenLandscape(k).Gradient(x);
}

// The point after steps on the golden losses in the given order.
at::Tensor Steps(const std::vector<int>& order, double h) {
  at::Tensor x = GoldenStart();
  for (const int k : order) x = Step(k, x, h);
  return x;
}

// −Σ_k weight_k·∇(L_k + (h/4)‖g_k‖²).
at::Tensor Descent(const std::vector<double>& weights, double h, const at::Tensor& x) {
  at::Tensor field = at::zeros_like(x);
  for (size_t i = 0; i < weights.size(); ++i) {
    const Landscape::Slope at = GoldenLandscape(static_cast<int>(i) + 1).At(x);
    field = field - weights[i] * (at.gradient + h / 2 * at.hessian(at.gradient));
  }
  return field;
}

// The flow of continual descent on L₁ then L₂, with `sign` times the bracket that belongs to it.
VectorField Continual(double h, double sign) {
  return [=](const at::Tensor& x) {
    return Descent({1, 1}, h, x) + sign * h / 2 * Bracket(1, 2, x);
  };
}

// GD T4: H₂g₁, the bracket and g₁·g₂.
TEST(LieBracketTest, HasTheGoldenNumbers) {
  const Interference found = At(Golden(1), Golden(2), GoldenStart(), /*apart=*/true);
  EXPECT_TRUE(
      Near(*found.h2g1, Vector(-0.0920368523987, -0.1272707731378, 0.1726527919714), 1e-12));
  EXPECT_TRUE(
      Near(found.bracket, Vector(0.7563277556839, -0.9921561394059, 0.3961072311942), 1e-12));
  EXPECT_NEAR(found.gradients[0].dot(found.gradients[1]).item<double>(), 2.3082162290611, 1e-12);
}

// GD T4: two steps of 0.1 in each order, and the flow that models them.
TEST(LieBracketTest, OrdersOfStepsEndAtTheGoldenPoints) {
  EXPECT_TRUE(
      Near(Steps({1, 2}, 0.1), Vector(-0.0831007261599, 0.0376649595594, 0.4706439704099), 1e-11));
  EXPECT_TRUE(
      Near(Steps({2, 1}, 0.1), Vector(-0.0899442945994, 0.0469281104433, 0.4668051163680), 1e-11));
  const at::Tensor flow = Integrate(Continual(0.1, 1), GoldenStart(), 0.1, 4 * kSteps);
  EXPECT_TRUE(Near(flow, Vector(-0.0835487312002, 0.0374450603784, 0.4709655706143), 1e-11));
}

// GD T14: the bracket of its sign gives third order; of the other, or none, second.
TEST(LieBracketTest, ItsSignIsThatOfContinualDescent) {
  const auto miss = [](double sign) {
    return [sign](double h) {
      return Norm(Steps({1, 2}, h) - Integrate(Continual(h, sign), GoldenStart(), h, kSteps));
    };
  };
  ExpectOrder(3, miss(1));
  ExpectOrder(2, miss(-1));
  ExpectOrder(2, miss(0));
}

// GD T14: θ₁₂ − θ₂₁ = h²·bracket + O(h³), θ₁₂ − θ_sim = h²·H₂g₁ + O(h³).
TEST(LieBracketTest, PredictsTheDifferenceOfOrders) {
  const Interference at = At(Golden(1), Golden(2), GoldenStart(), /*apart=*/true);
  ExpectOrder(3, [&](double h) {
    return Norm(Steps({1, 2}, h) - Steps({2, 1}, h) - h * h * at.bracket);
  });
  ExpectOrder(2, [&](double h) {
    return Norm(Steps({1, 2}, h) - Steps({2, 1}, h) + h * h * at.bracket);
  });
  ExpectOrder(3, [&](double h) {
    const at::Tensor together = Steps({1}, h) + Steps({2}, h) - GoldenStart();
    return Norm(Steps({1, 2}, h) - together - h * h * *at.h2g1);
  });
}

// ½xᵀAx + b·x.
auto Quadratic(const std::string& name) {
  const at::Tensor a = Noise({4, 4}, name), b = Noise({4}, name + "/b");
  return [=](const at::Tensor& x) { return 0.5 * x.dot((a + a.t()).mv(x)) + b.dot(x); };
}

// GD T15
TEST(LieBracketTest, IsExactForQuadratics) {
  const auto first = Quadratic("first"), second = Quadratic("second");
  const at::Tensor x = Noise({4}, "x");
  const Landscape one = LandscapeOf(first, x), two = LandscapeOf(second, x);
  const double h = 0.7;
  const auto both = [&](const Landscape& before, const Landscape& after) {
    const at::Tensor middle = x - h * before.Gradient(x);
    return middle - h * after.Gradient(middle);
  };
  const at::Tensor difference = both(one, two) - both(two, one);
  EXPECT_GT(Norm(difference), 1);
  EXPECT_TRUE(Near(difference, h * h * At(first, second, x).bracket, 1e-13 * Norm(difference)));
}

// GD T17: the Jacobian of the bracket of quadratics, H₂H₁ − H₁H₂, by differences; the golden
// losses' is far from antisymmetric.
TEST(LieBracketTest, IsARotationForQuadratics) {
  const auto jacobian = [](const auto& bracket, const at::Tensor& x) {
    Tensors columns;
    for (const at::Tensor& unit : at::eye(x.numel(), at::kDouble).unbind()) {
      columns.push_back((bracket(x + 1e-3 * unit) - bracket(x - 1e-3 * unit)) / 2e-3);
    }
    return at::stack(columns, 1);
  };
  const auto first = Quadratic("first"), second = Quadratic("second");
  const at::Tensor turning =
      jacobian([&](const at::Tensor& x) { return At(first, second, x).bracket; }, Noise({4}, "x"));
  EXPECT_LT(Norm(turning + turning.t()), 1e-10 * Norm(turning));
  const at::Tensor bent =
      jacobian([](const at::Tensor& x) { return Bracket(1, 2, x); }, GoldenStart());
  EXPECT_GT(Norm(bent + bent.t()), 0.1 * Norm(bent));
}

// GD T16: three tasks in order: Σ_{i<j} brackets of pairs; without them second order.
TEST(LieBracketTest, ThreeTasksAddTheBracketsOfTheirPairs) {
  const auto miss = [](double sign) {
    return [sign](double h) {
      const VectorField flow = [=](const at::Tensor& x) {
        const at::Tensor pairs = Bracket(1, 2, x) + Bracket(1, 3, x) + Bracket(2, 3, x);
        return Descent({1, 1, 1}, h, x) + sign * h / 2 * pairs;
      };
      return Norm(Steps({1, 2, 3}, h) - Integrate(flow, GoldenStart(), h, kSteps));
    };
  };
  ExpectOrder(3, miss(1), 0.05);
  ExpectOrder(2, miss(0), 0.05);
}

// GD T16: blocks of three steps on L₁ and two on L₂: the bracket six times.
TEST(LieBracketTest, BlocksOfStepsMultiplyIt) {
  const auto miss = [](double times) {
    return [times](double h) {
      const VectorField flow = [=](const at::Tensor& x) {
        return h * Descent({3, 2}, h, x) + times * h * h / 2 * Bracket(1, 2, x);
      };
      return Norm(Steps({1, 1, 1, 2, 2}, h) - Integrate(flow, GoldenStart(), 1, kSteps));
    };
  };
  ExpectOrder(3, miss(6), 0.05);
  ExpectOrder(2, miss(1), 0.05);
}

// GD T16: there and back cancels it; twice the same way does not.
TEST(LieBracketTest, APalindromeOfStepsCancelsIt) {
  const auto miss = [](const std::vector<int>& order) {
    return [order](double h) {
      return Norm(Steps(order, h) - Integrate(Continual(h, 0), GoldenStart(), 2 * h, kSteps));
    };
  };
  ExpectOrder(3, miss({1, 2, 2, 1}), 0.05);
  ExpectOrder(2, miss({1, 2, 1, 2}), 0.05);
}

// The mean losses of the halves of a small problem, each in chunks.
LossPair Halves(const SmallProblem& problem, int64_t chunk_size) {
  const std::array losses = {
      MeanLoss(problem.network, *problem.objective, problem.examples.Slice(0, 6), chunk_size),
      MeanLoss(problem.network, *problem.objective, problem.examples.Slice(6, 12), chunk_size)};
  return {losses[0].chunks, [=](int64_t i) {
            return std::array{losses[0].term(i), losses[1].term(i)};
          }};
}

TEST(LieBracketTest, DoesNotDependOnTheChunksNorOnWhatElseIsAsked) {
  const SmallProblem problem = MakeSmallProblem();
  const Tensors& params = problem.network.params;
  const Interference whole = Interfere(Halves(problem, 6), params, /*apart=*/true);
  for (const int64_t size : {2, 4, 6}) {
    for (const bool apart : {true, false}) {
      const Interference parts = Interfere(Halves(problem, size), params, apart);
      EXPECT_TRUE(at::allclose(parts.bracket, whole.bracket, 1e-11, 1e-13));
      EXPECT_TRUE(at::allclose(parts.gradients[1], whole.gradients[1], 1e-12, 1e-14));
      EXPECT_EQ(parts.h2g1.has_value(), apart);
    }
  }
}

TEST(LieBracketTest, OfALossWithItselfIsZero) {
  const Interference found = At(Golden(1), Golden(1), GoldenStart());
  EXPECT_LT(Norm(found.bracket), 1e-15);
}

}  // namespace
}  // namespace geometer::geometry
