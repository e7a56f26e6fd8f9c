#include "worker/geometry/combinations/cagrad.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>

#include <cmath>

namespace geometer::geometry {
namespace {

double Number(const at::Tensor& value) { return value.item<double>(); }

// The nearest point of the simplex.
at::Tensor OnSimplex(const at::Tensor& v) {
  const at::Tensor sorted = std::get<0>(v.sort(/*dim=*/0, /*descending=*/true));
  const at::Tensor excess = sorted.cumsum(0) - 1;
  const at::Tensor rank = at::arange(1, v.size(0) + 1, at::kDouble);
  const auto kept = (sorted * rank > excess).sum().item<int64_t>();
  return (v - excess[kept - 1] / static_cast<double>(kept)).clamp_min(0);
}

// F(w) = b·w + s·√(wᵀGw), convex.
struct Dual {
  at::Tensor gram, b;
  double s;

  double Norm(const at::Tensor& w) const {
    return std::sqrt(std::max(0.0, Number(w.dot(gram.mv(w)))));
  }
  double Value(const at::Tensor& w) const { return Number(b.dot(w)) + s * Norm(w); }
  at::Tensor Slope(const at::Tensor& w) const {
    const double norm = Norm(w);
    return norm > 0 ? b + gram.mv(w) * (s / norm) : b;
  }
};

// Minimises by projected descent with a step that backtracks and grows again.
at::Tensor Minimize(const Dual& dual, at::Tensor w) {
  constexpr int kMostSteps = 1000;
  constexpr double kGap = 1e-10;
  const double scale =
      Number(dual.b.abs().max()) + dual.s * std::sqrt(Number(dual.gram.diag().max()));
  double step = 1 / scale;
  for (int i = 0; i < kMostSteps; ++i) {
    const at::Tensor slope = dual.Slope(w);
    if (Number(slope.dot(w) - slope.min()) <= kGap * scale) break;
    const double value = dual.Value(w);
    at::Tensor next = OnSimplex(w - step * slope);
    while (dual.Value(next) > value + Number(slope.dot(next - w)) +
                                  Number((next - w).square().sum()) / (2 * step) + 1e-15 * scale) {
      step /= 2;
      next = OnSimplex(w - step * slope);
    }
    w = next;
    step *= 1.5;
  }
  return w;
}

class Cagrad : public Combination {
 public:
  explicit Cagrad(double c) : c_(c) {}

  Tensors Combine(const std::vector<Tensors>& gradients, const RandomSource&) const override {
    if (gradients.size() == 1) return gradients[0];
    const at::Tensor gram = GramMatrix(gradients);
    const auto count = static_cast<double>(gradients.size());
    const at::Tensor even = at::full({gram.size(0)}, 1 / count, at::kDouble);
    const Dual dual{gram, gram.mv(even),
                    c_ * std::sqrt(std::max(0.0, Number(even.dot(gram.mv(even)))))};
    at::Tensor weights = even;
    if (dual.s > 0) {
      const at::Tensor w = Minimize(dual, even);
      if (const double norm = dual.Norm(w); norm > 0) weights = even + w * (dual.s / norm);
    }
    return WeightedSum(gradients, count * weights);
  }

 private:
  const double c_;
};

}  // namespace

std::unique_ptr<Combination> MakeCagrad(double c) { return std::make_unique<Cagrad>(c); }

}  // namespace geometer::geometry
