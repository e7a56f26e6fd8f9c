#include "worker/geometry/probes/neural_collapse.h"

#include <ATen/TensorOperators.h>

#include <limits>
#include <string>
#include <utility>

#include "worker/geometry/input_jacobian.h"
#include "worker/geometry/probes/class_geometry.h"
#include "worker/geometry/probes/class_statistics.h"
#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// ‖∂h/∂x‖_F² of each example, [N].
at::Tensor EmbeddingComplexities(const Subject& subject) {
  const Network network = Detached(subject.network, /*track=*/false);
  ExampleRows norms(subject.sample.size());
  for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
    const at::Tensor inputs = chunk.inputs.detach().requires_grad_();
    norms.Append(SquaredNorms(InputJacobian(Embed(network, inputs).features, inputs)));
  }
  return norms.all();
}

class NeuralCollapseProbe : public Probe {
 public:
  explicit NeuralCollapseProbe(const NeuralCollapseOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::Tensor& labels = subject.sample.targets;
    TORCH_CHECK(labels.scalar_type() == at::kLong, "expected class labels as targets, got ",
                labels.scalar_type());
    const at::Tensor weights = LastWeights(subject.network).to(at::kDouble);
    const ClassStatistics found = GatherClassStatistics(subject, weights.size(0));
    const at::Tensor centred = found.means - found.means.mean(0);
    Reading reading;
    AddVariability(found, centred, reading);
    AddDefects("nc2_means_", centred, reading);
    AddDefects("nc2_weights_", weights, reading);
    Add("nc3", SelfDualityDefect(centred, weights), reading);
    reading.measurements.push_back(MeanOverExamples("nc4", found.mismatch));
    AddDistances(found, reading);
    AddNearestMean(found, labels, reading);
    if (options_.geometric_collapse) {
      AddGeometricCollapse(EmbeddingComplexities(subject), found, labels, reading);
    }
    return reading;
  }

 private:
  static void Add(std::string quantity, double value, Reading& reading) {
    reading.measurements.push_back({std::move(quantity), value});
  }

  static void AddVariability(const ClassStatistics& found, const at::Tensor& centred,
                             Reading& reading) {
    const auto classes = static_cast<double>(centred.size(0));
    const at::Tensor between = centred.square().sum() / classes;
    reading.measurements.push_back(MeanOverExamples("nc1", found.whitened / classes));
    reading.measurements.push_back(MeanOverExamples("nc1_unnormalised", found.whitened));
    reading.measurements.push_back(MeanOverExamples("nc1_trace_ratio", found.deviation / between));
  }

  static void AddDefects(const std::string& prefix, const at::Tensor& rows, Reading& reading) {
    const SimplexDefects defects = DefectsOf(rows);
    Add(prefix + "equinorm", defects.equinorm, reading);
    Add(prefix + "equiangular", defects.equiangular, reading);
    Add(prefix + "maximal_angle", defects.maximal_angle, reading);
    Add(prefix + "gram", defects.gram, reading);
  }

  void AddDistances(const ClassStatistics& found, Reading& reading) const {
    const at::Tensor cdnv = Cdnv(found.means, found.variances);
    const at::Tensor asymmetric = found.variances.unsqueeze(1) / SquaredDistances(found.means);
    Add("cdnv_mean", cdnv.mean().item<double>(), reading);
    Add("cdnv_max", cdnv.max().item<double>(), reading);
    Add("cdnv_min", cdnv.min().item<double>(), reading);
    Add("cdnv_asymmetric_max", OffDiagonal(asymmetric).max().item<double>(), reading);
    if (options_.pairs) AddPairs((asymmetric + asymmetric.t()) / 2, reading);
  }

  static void AddPairs(const at::Tensor& matrix, Reading& reading) {
    for (int64_t i = 0; i < matrix.size(0); ++i) {
      for (int64_t j = i + 1; j < matrix.size(0); ++j) {
        const double value = matrix[i][j].item<double>();
        reading.measurements.push_back({"cdnv_pair", value, i * matrix.size(0) + j});
      }
    }
  }

  // A mean over classes as one over examples: each weighs by the inverse of its class's size.
  static void AddNearestMean(const ClassStatistics& found, const at::Tensor& labels,
                             Reading& reading) {
    const at::Tensor sizes = found.counts.index_select(0, labels);
    const at::Tensor weights = found.counts.mean() / sizes;
    reading.measurements.push_back(MeanOverExamples("nearest_mean_error", weights * found.error));
    const double bound = NearestMeanErrorBound(found.means, found.variances, kInfinity);
    Add("nearest_mean_bound", bound, reading);
  }

  void AddGeometricCollapse(const at::Tensor& complexities, const ClassStatistics& found,
                            const at::Tensor& labels, Reading& reading) const {
    const int64_t classes = found.counts.numel();
    const at::Tensor by_class = MeanByClass(complexities, labels, classes);
    const at::Tensor constants = found.variances / by_class;
    for (int64_t c = 0; c < classes; ++c) {
      reading.measurements.push_back({"class_embedding_complexity", by_class[c].item<double>(), c});
      reading.measurements.push_back({"poincare_constant", constants[c].item<double>(), c});
    }
    const at::Tensor closeness = OffDiagonal(1 / SquaredDistances(found.means)).mean();
    const at::Tensor mix = complexities.mean() * closeness * (static_cast<double>(classes) / 2);
    Add("gcol_pair", Cdnv(found.means, by_class).mean().item<double>(), reading);
    Add("gcol_mix", mix.item<double>(), reading);
    AddPoincareBounds(by_class, found, reading);
  }

  // T10 and T12.
  void AddPoincareBounds(const at::Tensor& complexities, const ClassStatistics& found,
                         Reading& reading) const {
    const double rho = options_.poincare_constant;
    const at::Tensor bounds = rho > 0 ? rho * complexities : found.variances;
    for (int64_t c = 0; c < bounds.numel(); ++c) {
      reading.measurements.push_back({"class_variance", found.variances[c].item<double>(), c});
      reading.measurements.push_back({"class_variance_bound", bounds[c].item<double>(), c});
    }
    const at::Tensor bound = Cdnv(found.means, bounds).mean();
    const at::Tensor slack = bound / Cdnv(found.means, found.variances).mean();
    Add("cdnv_bound", bound.item<double>(), reading);
    Add("cdnv_slack", slack.item<double>(), reading);
  }

  const NeuralCollapseOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeNeuralCollapseProbe(const NeuralCollapseOptions& options) {
  return std::make_unique<NeuralCollapseProbe>(options);
}

}  // namespace geometer::geometry
