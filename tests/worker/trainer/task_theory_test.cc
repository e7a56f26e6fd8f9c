// What updates on several losses do to second order (GD 4), by the product's updates and turns.

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

// Tasks L_1, L_2, …, each with its turn and weight.
struct Tasks {
  std::string order;
  std::vector<int64_t> turns;
  std::vector<double> weights;

  int64_t count() const { return static_cast<int64_t>(turns.size()); }
  double weight(int64_t i) const { return weights.empty() ? 1 : weights[i]; }
};

// `more` of the message multitask, `penalty` of the regularizer conflict.
VectorTraining TaskTraining(const Tasks& tasks, double h, const std::string& more = "",
                            double penalty = 0) {
  std::vector<std::string> list;
  for (size_t i = 0; i < tasks.turns.size(); ++i) {
    list.push_back(absl::StrCat("{name: t", i, ", turn: ", tasks.turns[i], "}"));
  }
  std::vector<std::string> overrides = {
      absl::StrCat("learner.optimizer={sgd: {learning_rate: ", h, "}}"),
      absl::StrCat("learner.multitask={order: ", tasks.order, ", tasks: [",
                   absl::StrJoin(list, ", "), "]", more, "}")};
  if (penalty != 0) {
    overrides.push_back(
        absl::StrCat("learner.regularizers=[{conflict: {}, weight: ", penalty, "}]"));
  }
  return VectorTraining(
      [](int64_t k, const at::Tensor& x) { return GoldenLoss(static_cast<int>(k) + 1, x); },
      overrides, tasks.weights);
}

at::Tensor End(const Tasks& tasks, int64_t steps, double h, const std::string& more = "") {
  return TaskTraining(tasks, h, more).AfterTurns(steps, GoldenStart());
}

// A field −Σ_i n_i ∇(ℓ_i + flatness·‖∇ℓ_i‖²) − conflict·∇Σ_{i<j} ∇ℓ_i·∇ℓ_j
//         + bracket·Σ_{i<j} n_i n_j (H_j g_i − H_i g_j), of ℓ_i = w_i·L_i and n_i turns.
struct Field {
  double flatness = 0;
  double conflict = 0;
  double bracket = 0;
};

at::Tensor ValueAt(const Tasks& tasks, const Field& field, const at::Tensor& at) {
  const at::Tensor x = at.detach().requires_grad_();
  std::vector<at::Tensor> g;
  at::Tensor loss = at::zeros({}, at::kDouble);
  for (int64_t i = 0; i < tasks.count(); ++i) {
    const at::Tensor own = tasks.weight(i) * GoldenLoss(static_cast<int>(i) + 1, x);
    g.push_back(geometry::Gradient(own, {x}, true)[0]);
    loss = loss + static_cast<double>(tasks.turns[i]) * (own + field.flatness * g[i].dot(g[i]));
  }
  const auto product = [&](int64_t i, const at::Tensor& v) {
    return geometry::VectorJacobianProduct({g[i]}, {v.detach()}, {x})[0];
  };
  at::Tensor value = at::zeros({3}, at::kDouble);
  for (int64_t j = 0; j < tasks.count(); ++j) {
    for (int64_t i = 0; i < j; ++i) {
      const auto both = static_cast<double>(tasks.turns[i] * tasks.turns[j]);
      const at::Tensor h2g1 = product(j, g[i]), h1g2 = product(i, g[j]);
      value = value + field.bracket * both * (h2g1 - h1g2) - field.conflict * (h2g1 + h1g2);
    }
  }
  return value - geometry::Gradient(loss, {x})[0];
}

at::Tensor FlowEnd(const Tasks& tasks, const Field& field, double time, int64_t steps = 8) {
  return geometry::Integrate([&](const at::Tensor& x) { return ValueAt(tasks, field, x); },
                             GoldenStart(), time, steps);
}

double Distance(const at::Tensor& a, const at::Tensor& b) { return (a - b).norm().item<double>(); }

// How far `steps` updates of rate h end from the flow of `field(h)` for the time `rounds`·h.
void ExpectFlow(double order, const Tasks& tasks, int64_t steps,
                const std::function<Field(double h)>& field, double rounds = 1) {
  ExpectOrder(order, [&](double h) {
    return Distance(End(tasks, steps, h), FlowEnd(tasks, field(h), rounds * h));
  });
}

const Tasks kTwo = {"sequential", {1, 1}, {}};

// GD T4: the golden numbers of two tasks at h = 0.1.
TEST(TaskTheoryTest, GoldenNumbersOfTwoTasks) {
  const auto expect = [](const at::Tensor& found, const std::vector<double>& numbers) {
    EXPECT_LT(Distance(found, at::tensor(numbers, at::kDouble)), 1e-11);
  };
  expect(End(kTwo, 2, 0.1), {-0.0831007261599, 0.0376649595594, 0.4706439704099});
  expect(End({"simultaneous", {1, 1}, {}}, 1, 0.1),
         {-0.0827528101208, 0.0392437471551, 0.4693333132381});
  expect(FlowEnd(kTwo, {.flatness = 0.025, .bracket = 0.05}, 0.1, 64),
         {-0.0835487312002, 0.0374450603784, 0.4709655706143});
  expect(FlowEnd(kTwo, {.flatness = 0.025, .conflict = 0.05}, 0.1, 64),
         {-0.0840240438314, 0.0398647177472, 0.4699197609826});
}

// GD T14: a step on each task follows both flatness terms and the bracket; its sign matters.
TEST(TaskTheoryTest, TurnsFollowTheContinualFlow) {
  ExpectFlow(3, kTwo, 2, [](double h) { return Field{.flatness = h / 4, .bracket = h / 2}; });
}

// GD T14, control.
TEST(TaskTheoryTest, TheOppositeBracketMissesByTheSecondOrder) {
  ExpectFlow(2, kTwo, 2, [](double h) { return Field{.flatness = h / 4, .bracket = -h / 2}; });
  ExpectFlow(2, kTwo, 2, [](double h) { return Field{.flatness = h / 4}; });
}

// GD 4.1: a step on the sum follows both flatness terms and the conflict.
TEST(TaskTheoryTest, StepsOnTheSumFollowTheMultitaskFlow) {
  const Tasks both = {"simultaneous", {1, 1}, {}};
  ExpectFlow(3, both, 1, [](double h) { return Field{.flatness = h / 4, .conflict = h / 2}; });
  ExpectFlow(2, both, 1, [](double h) { return Field{.flatness = h / 4}; });
  ExpectFlow(2, both, 1, [](double h) { return Field{.flatness = h / 4, .conflict = -h / 2}; });
}

// GD 4.2: with weights, of a_i·L_i.
TEST(TaskTheoryTest, WeightsScaleTheLosses) {
  const Tasks weighted = {"sequential", {1, 1}, {2, 0.5}};
  const auto field = [](double h) { return Field{.flatness = h / 4, .bracket = h / 2}; };
  ExpectFlow(3, weighted, 2, field);
  ExpectOrder(2, [&](double h) {
    return Distance(End(weighted, 2, h),
                    FlowEnd({"sequential", {1, 1}, {2, 0.5}}, {.flatness = h / 4}, h));
  });
}

// GD T16: three tasks add the brackets of their pairs.
TEST(TaskTheoryTest, ThreeTasksAddTheBracketsOfTheirPairs) {
  const Tasks three = {"sequential", {1, 1, 1}, {}};
  ExpectFlow(3, three, 3, [](double h) { return Field{.flatness = h / 4, .bracket = h / 2}; });
  ExpectFlow(2, three, 3, [](double h) { return Field{.flatness = h / 4, .bracket = -h / 2}; });
}

// GD T16: blocks of n_1 and n_2 steps weigh the bracket with n_1·n_2.
TEST(TaskTheoryTest, TurnsOfSeveralUpdatesMultiplyTheBracket) {
  const Tasks blocks = {"sequential", {3, 2}, {}};
  ExpectFlow(3, blocks, 5, [](double h) { return Field{.flatness = h / 4, .bracket = h / 2}; });
  ExpectFlow(2, blocks, 5, [](double h) { return Field{.flatness = h / 4, .bracket = -h / 2}; });
}

// GD T16: forth and back cancels it; there and there again does not.
TEST(TaskTheoryTest, APalindromeCancelsTheBracket) {
  const auto flat = [](double h) { return Field{.flatness = h / 4}; };
  ExpectFlow(3, {"palindromic", {1, 1}, {}}, 4, flat, /*rounds=*/2);
  ExpectFlow(2, kTwo, 4, flat, /*rounds=*/2);
}

// GD 4.2: over both orders of a round the brackets vanish in the mean.
TEST(TaskTheoryTest, TheMeanOfBothOrdersHasNoBracket) {
  const Tasks random = {"random", {1, 1}, {}};
  ExpectOrder(3, [&](double h) {
    const VectorTraining training = TaskTraining(random, h);
    // Rounds 0 and r start from the same point in opposite orders.
    int64_t other = 1;
    while (training.training().plan.TasksAt(2 * other) == training.training().plan.TasksAt(0)) {
      ++other;
    }
    const auto round = [&](int64_t r) {
      State state = training.At(GoldenStart());
      for (const int64_t step : {2 * r, 2 * r + 1}) {
        training.Update(training.training().plan.TasksAt(step), state);
      }
      return state.variables.parameters[0];
    };
    const at::Tensor mean = (round(0) + round(other)) / 2;
    return Distance(mean, FlowEnd(random, {.flatness = h / 4}, h));
  });
}

// GD T15 on losses of any form: θ₁₂ − θ₂₁ = h²·bracket to third order.
TEST(TaskTheoryTest, OrdersDifferByTheBracket) {
  ExpectOrder(3, [](double h) {
    const VectorTraining training = TaskTraining(kTwo, h);
    const at::Tensor difference =
        training.After({{0}, {1}}, GoldenStart()) - training.After({{1}, {0}}, GoldenStart());
    const at::Tensor bracket =
        ValueAt(kTwo, {.bracket = 1}, GoldenStart()) - ValueAt(kTwo, {}, GoldenStart());
    return Distance(difference, h * h * bracket);
  });
}

// GD 4.4: after the correction sequential turns follow the flatness terms alone; two on one task
// too.
TEST(TaskTheoryTest, TheCorrectionTakesTheOrderBack) {
  const auto misses = [](const Tasks& tasks, int64_t steps, double h) {
    return Distance(End(tasks, steps, h, ", bracket_correction: true"),
                    FlowEnd(tasks, {.flatness = h / 4}, h));
  };
  ExpectOrder(3, [&](double h) { return misses(kTwo, 2, h); });
  ExpectOrder(3, [&](double h) { return misses({"sequential", {1, 1, 1}, {}}, 3, h); });
  ExpectOrder(3, [&](double h) { return misses({"sequential", {3, 2}, {}}, 5, h); });
}

// GD 4.1: a conflict penalty of weight −h/2 undoes the implicit one of steps on the sum, +h/2
// doubles it; what is left is that of random orders.
TEST(TaskTheoryTest, AConflictPenaltyAddsToTheImplicitOne) {
  const Tasks both = {"simultaneous", {1, 1, 1}, {}};
  const auto misses = [&](double h, double weight, double conflict) {
    return Distance(TaskTraining(both, h, "", weight).AfterTurns(1, GoldenStart()),
                    FlowEnd(both, {.flatness = h / 4, .conflict = conflict}, h));
  };
  ExpectOrder(3, [&](double h) { return misses(h, -h / 2, 0); });
  ExpectOrder(3, [&](double h) { return misses(h, h / 2, h); });
  ExpectOrder(2, [&](double h) { return misses(h, -h / 2, h); });
}

}  // namespace
}  // namespace geometer::trainer
