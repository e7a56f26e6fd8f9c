// Fixed points of epochs and the flow of momentum (GD 3.2, 7), by the product's updates.

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/trainer/vector_training.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/flows.h"
#include "worker/geometry/random.h"

namespace geometer::trainer {
namespace {

std::string Sgd(double rate, double momentum = 0) {
  return absl::StrCat("learner.optimizer={sgd: {learning_rate: ", rate, ", momentum: ", momentum,
                      "}}");
}

// Four quadratics ½(x − c_k)ᵀA_k(x − c_k) of two dimensions.
struct Quadratics {
  Quadratics() {
    const at::Generator generator = geometry::MakeGenerator(3, "quadratics");
    for (int k = 0; k < 4; ++k) {
      const at::Tensor root = at::empty({2, 2}, at::kDouble).normal_(0, 1, generator);
      a.push_back(root.matmul(root.t()) / 2 + 0.5 * at::eye(2, at::kDouble));
      c.push_back(at::empty({2}, at::kDouble).normal_(0, 1, generator));
    }
  }

  // Where C + (eps/4)·mean ‖∇C_k‖² is least: its gradient is linear.
  at::Tensor Minimum(double eps) const {
    at::Tensor matrix = at::zeros({2, 2}, at::kDouble), right = at::zeros({2}, at::kDouble);
    for (int k = 0; k < 4; ++k) {
      const at::Tensor m = a[k] + eps / 2 * a[k].matmul(a[k]);
      matrix += m;
      right += m.mv(c[k]);
    }
    return at::linalg_solve(matrix, right);
  }

  // The fixed point of the mean over orders of an epoch, which is affine: from its values at 0 and
  // at the unit vectors.
  at::Tensor FixedPoint(double eps) const {
    const VectorTraining training(
        [this](int64_t k, const at::Tensor& x) {
          const at::Tensor d = x - c[k];
          return 0.5 * d.dot(a[k].mv(d));
        },
        {Sgd(eps)});
    const auto mean = [&](const at::Tensor& x) {
      std::vector<int64_t> order = {0, 1, 2, 3};
      at::Tensor sum = at::zeros({2}, at::kDouble);
      do {
        sum += training.After({{order[0]}, {order[1]}, {order[2]}, {order[3]}}, x);
      } while (std::next_permutation(order.begin(), order.end()));
      return sum / 24;
    };
    const at::Tensor unit = at::eye(2, at::kDouble), offset = mean(at::zeros({2}, at::kDouble));
    const at::Tensor map = at::stack({mean(unit[0]) - offset, mean(unit[1]) - offset}, 1);
    return at::linalg_solve(unit - map, offset);
  }

  geometry::Tensors a, c;
};

// GD T13: an epoch's fixed point is O(eps) from the minimum of C, but O(eps²) from that of the
// modified loss.
TEST(DescentTheoryTest, TheMeanEpochRestsWhereTheModifiedLossIsLeast) {
  const Quadratics losses;
  const auto misses = [&](double eps, double modified) {
    return (losses.FixedPoint(eps) - losses.Minimum(modified)).norm().item<double>();
  };
  EXPECT_NEAR(misses(0.02, 0) / misses(0.01, 0), 2, 0.2);
  EXPECT_NEAR(misses(0.02, 0.02) / misses(0.01, 0.01), 4, 0.4);
}

constexpr double kMomentum = 0.5;
constexpr double kTime = 1;  // of the rescaled flow, in units of 1/(1 − β)

// The flow that the heavy ball follows, a step of which is the time h.
geometry::VectorField HeavyBallFlow(double h, double implicit) {
  return [=](const at::Tensor& at) {
    const at::Tensor x = at.detach().requires_grad_();
    const at::Tensor loss = geometry::GoldenLoss(1, x);
    const at::Tensor square = geometry::SquaredNorm(geometry::Gradient(loss, {x}, true));
    const double factor = implicit * h * (1 + kMomentum) / (4 * std::pow(1 - kMomentum, 2));
    return -geometry::Gradient(loss + factor * square, {x})[0] / (1 - kMomentum);
  };
}

// How far the heavy ball is from a flow after a fixed time; from rest, or with the velocity that
// the modified flow has.
double HeavyBallMisses(double h, double implicit, bool from_rest) {
  const VectorTraining training(
      [](int64_t, const at::Tensor& x) { return geometry::GoldenLoss(1, x); }, {Sgd(h, kMomentum)});
  const at::Tensor start = geometry::GoldenStart();
  State state = training.At(start);
  if (!from_rest) {
    const at::Tensor before = geometry::Integrate(HeavyBallFlow(h, 1), start, -h, 4);
    state.optimizer[0].tensor.copy_(start - before);  // the rate is inside the velocity
  }
  const auto steps = static_cast<int64_t>(std::llround(kTime / h));
  for (int64_t step = 0; step < steps; ++step) training.Update({0}, state);
  const at::Tensor flow =
      geometry::Integrate(HeavyBallFlow(h, implicit), start, static_cast<double>(steps) * h, 400);
  return (state.variables.parameters[0] - flow).norm().item<double>();
}

double HeavyBallOrder(double implicit, bool from_rest) {
  return std::log2(HeavyBallMisses(0.01, implicit, from_rest) /
                   HeavyBallMisses(0.005, implicit, from_rest));
}

// GD T26: over a fixed time it is O(h²) from its modified flow if it starts with that one's
// velocity; from rest, and from the flow of the loss alone, only O(h).
TEST(DescentTheoryTest, TheHeavyBallFollowsItsModifiedFlow) {
  EXPECT_NEAR(HeavyBallOrder(1, /*from_rest=*/false), 2, 0.15);
  EXPECT_NEAR(HeavyBallOrder(1, /*from_rest=*/true), 1, 0.15);
  EXPECT_NEAR(HeavyBallOrder(0, /*from_rest=*/false), 1, 0.15);
}

}  // namespace
}  // namespace geometer::trainer
