#include "worker/geometry/regularizers/variation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

class Variation : public Regularizer {
 public:
  Variation(int64_t inputs, const VariationOptions& options) : inputs_(inputs), options_(options) {
    TORCH_CHECK(inputs == 1 || inputs == 2, "expected 1 or 2 inputs, got ", inputs);
  }

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const at::TensorOptions in = evaluation.network.params[0].options().requires_grad(false);
    const at::Tensor value = options_.measure == VariationMeasure::kTotal
                                 ? Total(evaluation.network, in)
                                 : Dirichlet(evaluation.network, in);
    return value.to(evaluation.loss.scalar_type());
  }

 private:
  // All points whose coordinates are in `axis`, [points^inputs, inputs].
  at::Tensor Grid(const at::Tensor& axis) const {
    const Tensors axes(static_cast<size_t>(inputs_), axis);
    return at::stack(at::meshgrid(axes, "ij"), -1).reshape({-1, inputs_});
  }

  at::Tensor Total(const Network& network, const at::TensorOptions& in) const {
    const int64_t n = options_.points;
    const at::Tensor axis =
        (at::arange(n, at::kDouble) * (2.0 / static_cast<double>(n - 1)) - 1) * options_.extent;
    const at::Tensor f = network.Forward(Grid(axis).to(in), Mode::kEvaluation).output;
    std::vector<int64_t> shape(static_cast<size_t>(inputs_), n);
    shape.push_back(-1);
    const at::Tensor values = f.to(at::kDouble).reshape(shape);
    at::Tensor sum = at::zeros({}, values.options());
    for (int64_t input = 0; input < inputs_; ++input) {
      sum = sum + values.diff(1, input).abs().sum();
    }
    return sum;
  }

  at::Tensor Dirichlet(const Network& network, const at::TensorOptions& in) const {
    const int64_t n = options_.points;
    const double cell = 2 * options_.extent / static_cast<double>(n);
    const at::Tensor axis = (at::arange(n, at::kDouble) + 0.5) * cell - options_.extent;
    const at::Tensor x = Grid(axis).to(in).requires_grad_();
    const at::Tensor f = network.Forward(x, Mode::kEvaluation).output.flatten(1);
    at::Tensor sum = at::zeros({}, f.options().dtype(at::kDouble));
    for (const at::Tensor& output : f.unbind(1)) {
      sum = sum + SquaredNorm(Gradient(output.sum(), {x}, /*create_graph=*/true));
    }
    return 0.5 * std::pow(cell, static_cast<double>(inputs_)) * sum;
  }

  const int64_t inputs_;
  const VariationOptions options_;
};

}  // namespace

std::unique_ptr<Regularizer> MakeVariation(int64_t inputs, const VariationOptions& options) {
  return std::make_unique<Variation>(inputs, options);
}

}  // namespace geometer::geometry
