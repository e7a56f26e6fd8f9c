#include "worker/geometry/piecewise_linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/input_jacobian.h"

namespace geometer::geometry {
namespace {

using Operation = std::function<at::Tensor(const at::Tensor&)>;

struct Case {
  Operation ours, libtorchs;
  at::MemoryFormat layout;
};

// Σ sin(y), and its derivatives in x along fixed functions, of the orders 1 … 3.
Tensors Derivatives(const Operation& operation, const at::Tensor& x) {
  Tensors all = {operation(x).sin().sum()};
  for (int order = 1; order <= 3; ++order) {
    const at::Tensor along = order == 1 ? all[0] : all.back().sin().sum();
    all.push_back(Gradient(along, {x}, /*create_graph=*/true)[0]);
  }
  return all;
}

class EveryOperation : public testing::TestWithParam<Case> {};

TEST_P(EveryOperation, IsLibTorchsWithAllItsDerivatives) {
  const auto& [ours, libtorchs, layout] = GetParam();
  const at::Tensor x = Noise({2, 3, 7, 6}, "x").contiguous(layout).requires_grad_();
  const Tensors a = Derivatives(ours, x), b = Derivatives(libtorchs, x);
  for (size_t order = 0; order < a.size(); ++order) {
    EXPECT_TRUE(at::equal(a[order], b[order])) << "order " << order;
  }
}

const Operation kPool = [](const at::Tensor& x) { return at::max_pool2d(x, 2); };
const Operation kRelu = [](const at::Tensor& x) { return at::relu(x); };

INSTANTIATE_TEST_SUITE_P(PiecewiseLinearTest, EveryOperation,
                         testing::Values(Case{Rectify, kRelu, at::MemoryFormat::Contiguous},
                                         Case{Rectify, kRelu, at::MemoryFormat::ChannelsLast},
                                         Case{PoolMaximum, kPool, at::MemoryFormat::Contiguous},
                                         Case{PoolMaximum, kPool, at::MemoryFormat::ChannelsLast}));

// Jacobians are multiplied by several vectors at once under vmap, from both sides.
TEST(PiecewiseLinearTest, MultipliesByManyVectorsAsByEach) {
  const at::Tensor x = Noise({2, 3, 4, 4}, "x").contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor at = x.detach().requires_grad_();
  const InputJacobian rows(PoolMaximum(Rectify(at)).flatten(1), at);
  const InputJacobian columns = rows.Transposed();
  for (const InputJacobian& jacobian : {rows, columns}) {
    const at::Tensor v = Noise({5, 2, jacobian.rows()}, "v");
    const at::Tensor together = jacobian.LeftMultiply(v);
    for (int64_t i = 0; i < v.size(0); ++i) {
      EXPECT_TRUE(at::equal(together[i], jacobian.LeftMultiply(v.slice(0, i, i + 1))[0])) << i;
    }
  }
}

TEST(PiecewiseLinearTest, HasSlopeZeroAtTheKink) {
  const at::Tensor x = at::zeros({3}, at::kDouble).requires_grad_();
  EXPECT_TRUE(at::equal(Gradient(Rectify(x).sum(), {x})[0], at::zeros({3}, at::kDouble)));
}

}  // namespace
}  // namespace geometer::geometry
