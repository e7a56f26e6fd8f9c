#include "worker/geometry/few_shot.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/diag_embed.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr int kNewtonSteps = 50;
constexpr double kNewtonTolerance = 1e-10;  // on the largest move of a parameter

at::Tensor NearestMean(int64_t way, const at::Tensor& support, const at::Tensor& labels,
                       const at::Tensor& query) {
  std::vector<at::Tensor> means;
  for (int64_t c = 0; c < way; ++c) {
    means.push_back(support.index_select(0, labels.eq(c).nonzero().squeeze(1)).mean(0));
  }
  return at::cdist(query, at::stack(means)).argmin(1);
}

at::Tensor Ridge(const FewShotOptions& options, const at::Tensor& support, const at::Tensor& labels,
                 const at::Tensor& query) {
  const at::Tensor targets = 2 * at::one_hot(labels, options.way).to(at::kDouble) - 1;
  const at::Tensor middle = support.mean(0), centred = support - middle;
  const at::Tensor gram = centred.mm(centred.t());
  const at::Tensor dual = at::linalg_solve(
      gram + options.penalty * at::eye(gram.size(0), gram.options()), targets - targets.mean(0));
  return ((query - middle).mm(centred.t()).mm(dual) + targets.mean(0)).argmax(1);
}

// Newton's method on softmax regression of `x` ([n, d], a column of ones last) on `targets`
// ([n, way], one-hot), whose last row of weights is free of the penalty. Returns [d, way].
at::Tensor FitSoftmax(const at::Tensor& x, const at::Tensor& targets, double penalty) {
  const int64_t d = x.size(1), way = targets.size(1);
  at::Tensor penalties = penalty * at::ones({d, 1}, at::kDouble);
  penalties[d - 1] = 0;
  at::Tensor weights = at::zeros({d, way}, at::kDouble);
  const auto loss = [&](const at::Tensor& w) {
    return (at::cross_entropy_loss(x.mm(w), targets, {}, /*reduction=*/2) +
            (penalties * w.square()).sum() / 2)
        .item<double>();
  };
  double last = loss(weights);
  for (int step = 0; step < kNewtonSteps; ++step) {
    const at::Tensor p = at::softmax(x.mm(weights), 1);
    const at::Tensor gradient = x.t().mm(p - targets) + penalties * weights;
    // The Hessian's block of classes a and b is xᵀ·diag(p_a(δ_ab − p_b))·x.
    at::Tensor hessian = at::empty({d, way, d, way}, at::kDouble);
    for (int64_t a = 0; a < way; ++a) {
      for (int64_t b = 0; b < way; ++b) {
        const at::Tensor spread = p.select(1, a) * ((a == b ? 1 : 0) - p.select(1, b));
        hessian.select(1, a).select(2, b).copy_(x.t().mm(x * spread.unsqueeze(1)));
      }
    }
    hessian = hessian.view({d * way, d * way});
    // All intercepts may move together without a change: a trace of a penalty keeps the system
    // solvable, and they keep their mean.
    const at::Tensor ridge = (penalties + 1e-9).expand({d, way}).reshape({-1}).diag();
    at::Tensor move = at::linalg_solve(hessian + ridge, gradient.reshape({-1, 1})).view({d, way});
    move[d - 1] -= move[d - 1].mean();
    double now = loss(weights - move);
    for (int halving = 0; !(now <= last) && halving < 30; ++halving) {
      move = move / 2;
      now = loss(weights - move);
    }
    weights = weights - move;
    last = now;
    if (move.abs().max().item<double>() < kNewtonTolerance) break;
  }
  return weights;
}

at::Tensor Logistic(const FewShotOptions& options, const at::Tensor& support,
                    const at::Tensor& labels, const at::Tensor& query) {
  // The weights lie in the span of the support: an orthonormal basis of it keeps their norm.
  const at::Tensor basis = std::get<2>(at::linalg_svd(support, /*full_matrices=*/false));
  const auto with_ones = [&](const at::Tensor& rows) {
    return at::cat({rows.mm(basis.t()), at::ones({rows.size(0), 1}, at::kDouble)}, 1);
  };
  const at::Tensor targets = at::one_hot(labels, options.way).to(at::kDouble);
  const at::Tensor weights = FitSoftmax(with_ones(support), targets, options.penalty);
  return with_ones(query).mm(weights).argmax(1);
}

// The examples of each class that has enough of them.
std::vector<at::Tensor> Pools(const FewShotOptions& options, const at::Tensor& labels) {
  std::vector<at::Tensor> pools;
  const int64_t classes = labels.numel() == 0 ? 0 : labels.max().item<int64_t>() + 1;
  for (int64_t c = 0; c < classes; ++c) {
    at::Tensor own = labels.eq(c).nonzero().squeeze(1);
    if (own.size(0) >= options.shot + options.query) pools.push_back(std::move(own));
  }
  if (static_cast<int64_t>(pools.size()) >= options.way) return pools;
  throw std::invalid_argument(
      absl::StrCat("few_shot: needs ", options.way, " classes with shot + query = ",
                   options.shot + options.query, " examples each in the probe's sample, got ",
                   pools.size(), ": raise examples, or lower way, shot or query"));
}

}  // namespace

at::Tensor Classify(const FewShotOptions& options, const at::Tensor& support,
                    const at::Tensor& labels, const at::Tensor& query) {
  switch (options.classifier) {
    case FewShotClassifier::kNearestMean:
      return NearestMean(options.way, support, labels, query);
    case FewShotClassifier::kRidge:
      return Ridge(options, support, labels, query);
    case FewShotClassifier::kLogistic:
      return Logistic(options, support, labels, query);
  }
  TORCH_CHECK(false, "expected a classifier");
}

at::Tensor EpisodeAccuracies(const FewShotOptions& options, const at::Tensor& features,
                             const at::Tensor& labels, uint64_t seed, std::string_view stream) {
  const at::NoGradGuard no_grad;
  const std::vector<at::Tensor> pools = Pools(options, labels.cpu());
  at::Tensor rows = features.to(at::kDouble).cpu();
  if (options.normalized) rows = rows / rows.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-300);
  at::Tensor accuracies = at::empty({options.episodes}, at::kDouble);
  const auto repeated = [&](int64_t times) {
    return at::arange(options.way, at::kLong).repeat_interleave(times);
  };
  for (int64_t episode = 0; episode < options.episodes; ++episode) {
    const at::Generator generator = MakeGenerator(seed, stream, episode);
    const at::Tensor chosen = Permutation(static_cast<int64_t>(pools.size()), generator);
    std::vector<at::Tensor> support, query;
    for (int64_t c = 0; c < options.way; ++c) {
      const at::Tensor& pool = pools[chosen[c].item<int64_t>()];
      const at::Tensor drawn = pool.index_select(0, Permutation(pool.size(0), generator));
      support.push_back(drawn.slice(0, 0, options.shot));
      query.push_back(drawn.slice(0, options.shot, options.shot + options.query));
    }
    const at::Tensor predicted =
        Classify(options, rows.index_select(0, at::cat(support)), repeated(options.shot),
                 rows.index_select(0, at::cat(query)));
    accuracies[episode] = predicted.eq(repeated(options.query)).to(at::kDouble).mean();
  }
  return accuracies;
}

}  // namespace geometer::geometry
