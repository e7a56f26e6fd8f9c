#include "worker/geometry/probes/class_statistics.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/where.h>

#include <limits>
#include <vector>

#include "worker/geometry/probes/class_geometry.h"
#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {
namespace {

// A sample's embedding, computed chunk by chunk as it is read. The last chunk read is kept, so that
// a sample of one chunk is computed once.
class EmbeddedSample {
 public:
  explicit EmbeddedSample(const Subject& subject)
      : network_(Detached(subject.network, /*track=*/false)),
        size_(subject.sample.size()),
        chunks_(Chunks(subject.sample, subject.chunk_size)) {}

  int64_t size() const { return size_; }
  size_t chunks() const { return chunks_.size(); }
  const at::Tensor& Labels(size_t chunk) const { return chunks_[chunk].targets; }

  const Embedding& Read(size_t chunk) {
    if (kept_ == chunk) return embedding_;
    embedding_ = Embed(network_, chunks_[chunk].inputs);
    embedding_.features = embedding_.features.to(at::kDouble);
    kept_ = chunk;
    return embedding_;
  }

 private:
  const Network network_;
  const int64_t size_;  // examples
  const std::vector<Examples> chunks_;
  size_t kept_ = std::numeric_limits<size_t>::max();  // the chunk of embedding_
  Embedding embedding_;
};

at::Tensor ClassMeans(EmbeddedSample& sample, const at::Tensor& counts) {
  at::Tensor sums;
  for (size_t chunk = 0; chunk < sample.chunks(); ++chunk) {
    const at::Tensor part =
        SumByClass(sample.Read(chunk).features, sample.Labels(chunk), counts.size(0));
    sums = sums.defined() ? sums.add_(part) : part;
  }
  return sums / counts.unsqueeze(1);
}

// 1 where the labels differ; NaN where `defined` is.
at::Tensor Differ(const at::Tensor& a, const at::Tensor& b, const at::Tensor& defined) {
  return at::where(defined.isnan(), defined, a.ne(b).to(at::kDouble));
}

// Fills in what is known of each example once `found.means` are.
void AddDeviations(EmbeddedSample& sample, ClassStatistics& found) {
  const at::Tensor centre = found.means.mean(0), centred = found.means - centre;
  const at::Tensor whitening = Whitening(centred);
  const at::Tensor offsets = centred.square().sum(1) / 2;
  ExampleRows deviation(sample.size()), whitened(sample.size()), mismatch(sample.size()),
      error(sample.size());
  for (size_t chunk = 0; chunk < sample.chunks(); ++chunk) {
    const auto& [features, output] = sample.Read(chunk);
    const at::Tensor& labels = sample.Labels(chunk);
    const at::Tensor within = features - found.means.index_select(0, labels);
    // argmin |h − μ_c|² = argmax ⟨h, μ_c⟩ − |μ_c|²/2, from the centre so that nothing cancels.
    const at::Tensor nearest = ((features - centre).matmul(centred.t()) - offsets).argmax(1);
    deviation.Append(within.square().sum(1));
    const at::Tensor scaled = within.matmul(whitening).square().sum(1);
    whitened.Append(scaled);
    mismatch.Append(Differ(nearest, output.argmax(1), scaled));
    error.Append(Differ(nearest, labels, scaled));
  }
  found.deviation = deviation.all();
  found.whitened = whitened.all();
  found.mismatch = mismatch.all();
  found.error = error.all();
}

}  // namespace

ClassStatistics GatherClassStatistics(const Subject& subject, int64_t classes) {
  const at::Tensor& labels = subject.sample.targets;
  EmbeddedSample sample(subject);
  ClassStatistics found;
  found.counts = labels.bincount({}, classes).to(at::kDouble);
  found.means = ClassMeans(sample, found.counts);
  AddDeviations(sample, found);
  found.variances = MeanByClass(found.deviation, labels, classes);
  return found;
}

}  // namespace geometer::geometry
