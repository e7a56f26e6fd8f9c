#include "worker/geometry/detection.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace geometer::geometry {
namespace {

using Scores = std::vector<double>;

Scores Sorted(const at::Tensor& scores) {
  const at::Tensor flat = scores.detach().to(at::kCPU, at::kDouble).contiguous();
  Scores sorted(flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel());
  if (sorted.empty()) throw std::invalid_argument("expected scores on both sides");
  if (std::ranges::any_of(sorted, [](double s) { return std::isnan(s); })) {
    throw std::invalid_argument("a score is not a number: training may have diverged");
  }
  std::ranges::sort(sorted);
  return sorted;
}

// How many of `sorted` are below `value`, a tie counting one half.
double Below(const Scores& sorted, double value) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
  return static_cast<double>(first - sorted.begin()) + 0.5 * static_cast<double>(last - first);
}

// The mean and the unbiased variance over `from` of the share of `to` that each beats.
std::pair<double, double> Placements(const Scores& from, const Scores& to) {
  double mean = 0, squares = 0;
  const auto n = static_cast<double>(from.size());
  for (const double score : from) {
    const double place = Below(to, score) / static_cast<double>(to.size());
    mean += place / n;
    squares += place * place / n;
  }
  return {mean, n > 1 ? std::max(0.0, squares - mean * mean) * n / (n - 1) : 0};
}

// Average precision of finding `positive` among both by the largest scores first.
double AveragePrecision(const Scores& positive, const Scores& negative) {
  Scores thresholds = positive;
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  std::reverse(thresholds.begin(), thresholds.end());
  const auto at_least = [](const Scores& sorted, double value) {
    return static_cast<double>(sorted.end() - std::ranges::lower_bound(sorted, value));
  };
  double sum = 0, before = 0;
  for (const double threshold : thresholds) {
    const double found = at_least(positive, threshold);
    sum += (found - before) / static_cast<double>(positive.size()) * found /
           (found + at_least(negative, threshold));
    before = found;
  }
  return sum;
}

Scores Negated(Scores sorted) {
  for (double& score : sorted) score = -score;
  std::ranges::reverse(sorted);
  return sorted;
}

// t = the smallest score with 95 % of `in` at or below it; the share of `out` there.
double FalsePositives(const Scores& in, const Scores& out) {
  const auto kept = static_cast<size_t>(std::ceil(0.95 * static_cast<double>(in.size()) - 1e-9));
  const double threshold = in[std::max<size_t>(kept, 1) - 1];
  const auto passed = std::ranges::upper_bound(out, threshold) - out.begin();
  return static_cast<double>(passed) / static_cast<double>(out.size());
}

}  // namespace

Detection Detect(const at::Tensor& in_scores, const at::Tensor& out_scores) {
  const Scores in = Sorted(in_scores), out = Sorted(out_scores);
  const auto [auroc, out_variance] = Placements(out, in);
  const double in_variance = Placements(in, out).second;
  return {.auroc = auroc,
          .auroc_error = std::sqrt(out_variance / static_cast<double>(out.size()) +
                                   in_variance / static_cast<double>(in.size())),
          .aupr_out = AveragePrecision(out, in),
          .aupr_in = AveragePrecision(Negated(in), Negated(out)),
          .fpr95 = FalsePositives(in, out)};
}

}  // namespace geometer::geometry
