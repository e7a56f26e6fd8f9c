#include "worker/geometry/probes/density_samples.h"

#include <ATen/TensorOperators.h>

#include <stdexcept>

#include "worker/geometry/random.h"
#include "worker/geometry/sample_quality.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kDirections = 200;
constexpr int64_t kMostCompared = 2000;  // 128 MB of distances

class DensitySamplesProbe : public Probe {
 public:
  explicit DensitySamplesProbe(const DensitySamplesOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/false);
    const Potential potential = [&](const at::Tensor& x) {
      const at::Tensor output = network.Forward(x, Mode::kEvaluation).output;
      const auto log = subject.objective->LogDensities(output);
      if (!log.has_value()) throw std::invalid_argument("samples need the objective morse");
      return -log->amax(1);
    };
    const at::Tensor data = subject.sample.inputs;
    const at::Tensor drawn = Draw(potential, subject);
    ExampleRows densities(drawn.size(0));
    for (const at::Tensor& chunk : drawn.split(subject.chunk_size)) {
      densities.Append((-potential(chunk)).exp().to(at::kDouble));
    }
    const at::Tensor on_mode = (densities.all() > 0.9).to(at::kDouble);
    Reading reading{{MeanOverExamples("mode_share", on_mode),
                     MeanOverExamples("sampled_density", densities.all())},
                    {}};
    Compare(drawn.flatten(1), data.flatten(1), subject.seed, reading);
    return reading;
  }

 private:
  at::Tensor Draw(const Potential& potential, const Subject& subject) const {
    const at::Generator generator = MakeGenerator(subject.seed, "density_samples/points");
    const Box box = Box::Around(subject.sample.inputs, options_.box);
    SamplerOptions sampler = options_.sampler;
    sampler.chunk_size = subject.chunk_size;
    return Sample(potential, box.Draw(subject.sample.size(), generator), box, sampler, generator);
  }

  static void Compare(const at::Tensor& drawn, const at::Tensor& data, uint64_t seed,
                      Reading& reading) {
    const auto directions = MakeGenerator(seed, "density_samples/directions");
    reading.measurements.push_back(
        {"sliced_wasserstein", SlicedWasserstein(drawn, data, kDirections, directions)});
    if (data.size(0) < 2) return;
    const auto first = [](const at::Tensor& rows) { return rows.slice(0, 0, kMostCompared); };
    reading.measurements.push_back({"mmd", MaximumMeanDiscrepancy(first(drawn), first(data))});
    reading.measurements.back().samples = first(data).size(0);
  }

  const DensitySamplesOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeDensitySamplesProbe(const DensitySamplesOptions& options) {
  return std::make_unique<DensitySamplesProbe>(options);
}

}  // namespace geometer::geometry
