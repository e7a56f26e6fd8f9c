#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace geometer::geometry {

// What is fitted to the embeddings of an episode's support.
enum class FewShotClassifier {
  kNearestMean,  // the class of the nearest mean
  kRidge,        // least squares on targets ±1 with an intercept, plus penalty·‖W‖²
  kLogistic,     // softmax regression: Σ cross-entropy + (penalty/2)·‖W‖², intercepts free
};

struct FewShotOptions {
  int64_t way = 5;         // classes in an episode
  int64_t shot = 5;        // support examples of each
  int64_t query = 15;      // examples of each that are classified
  int64_t episodes = 600;  // independent of each other
  FewShotClassifier classifier = FewShotClassifier::kNearestMean;
  double penalty = 1;       // of ridge and logistic
  bool normalized = false;  // embeddings are scaled to norm 1 first
};

// The predicted class, 0 … way−1, of each row of `query` ([Q, p], float64) by the classifier fitted
// to `support` ([n, p], float64) with `labels` ([n], int64): [Q], int64. Cost of ridge and
// logistic: O(n³ + n²p), since n embeddings span no more than n dimensions; logistic that of some
// ten Newton steps in way·n variables.
at::Tensor Classify(const FewShotOptions& options, const at::Tensor& support,
                    const at::Tensor& labels, const at::Tensor& query);

// The share of queries that each episode classifies right: [episodes], float64. An episode draws
// `way` classes of those that have shot + query examples at least, and these examples, without
// replacement (stream "<stream>", index the episode). Throws std::invalid_argument where fewer than
// `way` classes have as many. `features`: [N, p]; `labels`: [N], int64.
// Source: GC 6.5 (the standard protocol).
at::Tensor EpisodeAccuracies(const FewShotOptions& options, const at::Tensor& features,
                             const at::Tensor& labels, uint64_t seed, std::string_view stream);

}  // namespace geometer::geometry
