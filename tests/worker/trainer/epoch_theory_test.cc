// What an epoch of minibatches does on average over their orders (GD 3), by the product's updates.

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/geometry/slopes.h"
#include "tests/worker/trainer/vector_training.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/flows.h"

namespace geometer::trainer {
namespace {

using geometry::ExpectOrder;
using geometry::GoldenLoss;
using geometry::GoldenStart;

using Order = std::vector<int64_t>;

// Batch k is the loss L_{k+1}.
VectorTraining EpochTraining(double eps, double penalty = 0) {
  std::vector<std::string> overrides = {
      absl::StrCat("learner.optimizer={sgd: {learning_rate: ", eps, "}}")};
  if (penalty > 0) {
    overrides.push_back(
        absl::StrCat("learner.regularizers=[{gradient_norm: {}, weight: ", penalty, "}]"));
  }
  return VectorTraining(
      [](int64_t k, const at::Tensor& x) { return GoldenLoss(static_cast<int>(k) + 1, x); },
      overrides);
}

at::Tensor Epoch(const Order& order, double eps, double penalty = 0) {
  std::vector<std::vector<int64_t>> batches;
  for (const int64_t k : order) batches.push_back({k});
  return EpochTraining(eps, penalty).After(batches, GoldenStart());
}

std::vector<Order> AllOrders(int64_t m) {
  Order order(m);
  std::iota(order.begin(), order.end(), 0);
  std::vector<Order> orders;
  do orders.push_back(order);
  while (std::next_permutation(order.begin(), order.end()));
  return orders;
}

// All m^m sequences that drawing with replacement makes.
std::vector<Order> AllDraws(int64_t m) {
  std::vector<Order> draws = {{}};
  for (int64_t place = 0; place < m; ++place) {
    std::vector<Order> longer;
    for (const Order& draw : draws) {
      for (int64_t k = 0; k < m; ++k) {
        longer.push_back(draw);
        longer.back().push_back(k);
      }
    }
    draws = longer;
  }
  return draws;
}

// x after an epoch in each of the orders, [orders, 3].
at::Tensor Epochs(const std::vector<Order>& orders, double eps, double penalty = 0) {
  geometry::Tensors ends;
  for (const Order& order : orders) ends.push_back(Epoch(order, eps, penalty));
  return at::stack(ends);
}

double Spread(const at::Tensor& ends) {
  return (ends - ends.mean(0)).square().sum(1).mean().sqrt().item<double>();
}

// Coefficients of a modified loss: C + full·‖∇C‖² + parts·mean ‖∇C_k‖².
struct Modified {
  double full = 0;
  double parts = 0;
};

// Where the flow of a modified loss of L_1 … L_m is after the time m·eps.
at::Tensor FlowEnd(int64_t m, double eps, const Modified& modified) {
  const auto field = [=](const at::Tensor& at) {
    const at::Tensor x = at.detach().requires_grad_();
    at::Tensor mean = at::zeros({}, at::kDouble), parts = at::zeros({}, at::kDouble);
    for (int64_t k = 0; k < m; ++k) {
      const at::Tensor loss = GoldenLoss(static_cast<int>(k) + 1, x);
      mean = mean + loss / m;
      parts = parts + geometry::SquaredNorm(geometry::Gradient(loss, {x}, true)) / m;
    }
    const at::Tensor full = geometry::SquaredNorm(geometry::Gradient(mean, {x}, true));
    return -geometry::Gradient(mean + modified.full * full + modified.parts * parts, {x})[0];
  };
  return geometry::Integrate(field, GoldenStart(), static_cast<double>(m) * eps, 8);
}

double Distance(const at::Tensor& a, const at::Tensor& b) { return (a - b).norm().item<double>(); }

class Batches234 : public testing::TestWithParam<int64_t> {};

// GD T8: the mean over all orders follows C + (eps/4)·mean ‖∇C_k‖², to third order.
TEST_P(Batches234, TheMeanOverOrdersFollowsTheModifiedLossOfShuffling) {
  const int64_t m = GetParam();
  ExpectOrder(
      3,
      [m](double eps) {
        return Distance(Epochs(AllOrders(m), eps).mean(0), FlowEnd(m, eps, {.parts = eps / 4}));
      },
      0.05);
}

// GD T8, controls: neither C itself nor descent's own modified loss.
TEST_P(Batches234, TheMeanOverOrdersMissesTheOtherLossesByTheSecondOrder) {
  const int64_t m = GetParam();
  for (const double full : {0.0, 0.25}) {
    ExpectOrder(
        2,
        [=](double eps) {
          return Distance(Epochs(AllOrders(m), eps).mean(0), FlowEnd(m, eps, {.full = full * eps}));
        },
        0.05);
  }
}

INSTANTIATE_TEST_SUITE_P(EpochTheoryTest, Batches234, testing::Values(2, 3, 4));

// GD T8 (GD 3.2 b): a single order strays by the second order.
TEST(EpochTheoryTest, OrdersSpreadByTheSecondOrder) {
  ExpectOrder(
      2, [](double eps) { return Spread(Epochs(AllOrders(3), eps)); }, 0.05);
}

// GD T9: an order and its reverse hold every pair once each way, so their second-order terms
// average to those of all orders: ξ(o) + ξ(reverse o) = 2·E ξ, and two runs suffice.
TEST(EpochTheoryTest, AnOrderAndItsReverseSufficeForTheMean) {
  const std::vector<Order> pair = {{0, 1, 2}, {2, 1, 0}};
  ExpectOrder(
      3,
      [&](double eps) {
        return Distance(Epochs(pair, eps).mean(0), FlowEnd(3, eps, {.parts = eps / 4}));
      },
      0.05);
  ExpectOrder(
      2,
      [](double eps) {
        return Distance(Epoch({0, 1, 2}, eps), FlowEnd(3, eps, {.parts = eps / 4}));
      },
      0.05);
}

// GD T10: with replacement the mean follows descent's modified loss and each run strays by the
// first order.
TEST(EpochTheoryTest, DrawsWithReplacementFollowDescentsModifiedLoss) {
  ExpectOrder(
      3,
      [](double eps) {
        return Distance(Epochs(AllDraws(3), eps).mean(0), FlowEnd(3, eps, {.full = eps / 4}));
      },
      0.05);
  ExpectOrder(
      2,
      [](double eps) {
        return Distance(Epochs(AllDraws(3), eps).mean(0), FlowEnd(3, eps, {.parts = eps / 4}));
      },
      0.05);
  ExpectOrder(
      1, [](double eps) { return Spread(Epochs(AllDraws(3), eps)); }, 0.05);
}

// GD T12: the penalty (lambda/4)‖g_k‖² of each batch adds to what steps do by themselves:
// (eps + lambda)/4, here with lambda = 3·eps; not lambda/4 alone.
TEST(EpochTheoryTest, AnExplicitPenaltyAddsToTheImplicitOne) {
  const auto misses = [](double eps, double parts) {
    const double lambda = 3 * eps;
    return Distance(Epochs(AllOrders(3), eps, lambda / 4).mean(0),
                    FlowEnd(3, eps, {.parts = parts}));
  };
  ExpectOrder(
      3, [&](double eps) { return misses(eps, (eps + 3 * eps) / 4); }, 0.05);
  ExpectOrder(
      2, [&](double eps) { return misses(eps, 3 * eps / 4); }, 0.05);
}

}  // namespace
}  // namespace geometer::trainer
