#include "worker/geometry/regularizers/gradient_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <utility>

#include "worker/geometry/autograd.h"
#include "worker/geometry/known_gradient.h"
#include "worker/geometry/squared_gradient.h"

namespace geometer::geometry {
namespace {

// √`square`, whose derivative at 0 is 0.
at::Tensor Root(const at::Tensor& square) {
  const at::Tensor positive = square > 0;
  return at::where(positive, at::where(positive, square, 1).sqrt(), 0);
}

at::Tensor Norm(const Evaluation& evaluation, const GradientNormOptions& options) {
  const at::Tensor square = SquaredGradient(evaluation.loss, evaluation.network.params);
  return (options.squared ? square : Root(square)).to(evaluation.loss.scalar_type());
}

class GradientNorm : public Regularizer {
 public:
  explicit GradientNorm(const GradientNormOptions& options) : options_(options) {}

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    return Norm(evaluation, options_);
  }

 private:
  const GradientNormOptions options_;
};

class PartGradientNorm : public Regularizer {
 public:
  PartGradientNorm(int64_t part, const GradientNormOptions& options)
      : part_(part), options_(options) {}

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const int64_t parts = evaluation.batch.size() / part_;
    TORCH_CHECK(parts > 0, "expected a batch of at least ", part_, " examples, got ",
                evaluation.batch.size());
    at::Tensor sum = at::zeros_like(evaluation.loss);
    Evaluation here = evaluation;
    here.pass.random.part *= static_cast<uint64_t>(parts);
    for (const Examples& part : Chunks(evaluation.batch.Slice(0, parts * part_), part_)) {
      sum = sum + Norm(here.On(part), options_);
      ++here.pass.random.part;
    }
    return sum / static_cast<double>(parts);
  }

 private:
  const int64_t part_;
  const GradientNormOptions options_;
};

class FullGradientNorm : public Regularizer {
 public:
  FullGradientNorm(SplitExamples split, int64_t chunk, const GradientNormOptions& options)
      : split_(std::move(split)), chunk_(chunk), options_(options) {}

  at::Tensor Penalty(const Evaluation& evaluation) const override {
    const Network here = Detached(evaluation.network, /*track=*/true);
    const HessianOperator hessian(Loss(here, *evaluation.objective), here.params);
    const at::Tensor gradient = hessian.Gradient();
    const at::Tensor square = gradient.square().sum(), norm = square.sqrt();
    const at::Tensor factor =
        options_.squared ? 2 * at::ones_like(norm) : at::where(norm > 0, 1 / norm, 0);
    const at::Tensor value = (options_.squared ? square : norm).to(evaluation.loss.scalar_type());
    const Tensors& params = evaluation.network.params;
    return WithGradient(value, params, Unflatten(factor * hessian.Multiply(gradient), params));
  }

 private:
  // The mean loss over the split.
  ChunkedLoss Loss(const Network& here, const Objective& objective) const {
    const int64_t size = split_.size();
    auto term = [this, here, &objective, size](int64_t index) {
      const int64_t begin = index * chunk_, end = std::min(begin + chunk_, size);
      const Examples chunk = split_.Take(at::arange(begin, end)).To(here.params[0].device());
      const at::Tensor loss = Evaluate(here, objective, chunk, Mode::kEvaluation).loss;
      return loss * (static_cast<double>(end - begin) / static_cast<double>(size));
    };
    return {(size + chunk_ - 1) / chunk_, term};
  }

  const SplitExamples split_;
  const int64_t chunk_;
  const GradientNormOptions options_;
};

}  // namespace

std::unique_ptr<Regularizer> MakeGradientNorm(const GradientNormOptions& options) {
  return std::make_unique<GradientNorm>(options);
}

std::unique_ptr<Regularizer> MakePartGradientNorm(int64_t part,
                                                  const GradientNormOptions& options) {
  return std::make_unique<PartGradientNorm>(part, options);
}

std::unique_ptr<Regularizer> MakeFullGradientNorm(SplitExamples split, int64_t chunk,
                                                  const GradientNormOptions& options) {
  return std::make_unique<FullGradientNorm>(std::move(split), chunk, options);
}

}  // namespace geometer::geometry
