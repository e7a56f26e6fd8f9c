#include "worker/geometry/probes/complexity_bounds.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <limits>
#include <string>

#include "worker/geometry/probes/dense_chain.h"

namespace geometer::geometry {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TransferTerms TransferTermsOver(const Subject& subject, const DenseChain& chain) {
  ExampleRows jacobian(subject.sample.size()), tau(subject.sample.size()),
      gradient(subject.sample.size());
  for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
    const TransferTerms terms = TransferTermsOf(chain, chunk.inputs);
    jacobian.Append(terms.jacobian);
    tau.Append(terms.tau);
    gradient.Append(terms.gradient);
  }
  return {jacobian.all(), tau.all(), gradient.all()};
}

class ComplexityBoundsProbe : public Probe {
 public:
  explicit ComplexityBoundsProbe(const ComplexityBoundsOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const DenseChain chain = DenseChainOf(subject.network);
    const TransferTerms terms = TransferTermsOver(subject, chain);
    Reading reading{{MeanOverExamples("geometric_complexity", terms.jacobian)}, {}};
    AddBounds(BoundsOf(chain), reading);
    AddTransfer(terms, reading);
    AddPopulation(chain, subject.sample.size(), reading);
    return reading;
  }

 private:
  static void AddBounds(const ChainBounds& bounds, Reading& reading) {
    const double complexity = reading.measurements[0].value;
    const auto add = [&](const std::string& name, double bound) {
      reading.measurements.push_back({name + "_bound", bound});
      const double slack = complexity == 0 ? kInfinity : bound / complexity;
      reading.measurements.push_back({name + "_slack", slack});
    };
    add("spectral", bounds.spectral);
    add("mixed", bounds.mixed);
    add("frobenius", bounds.frobenius);
    add("parameter_norm", bounds.parameter_norm);
  }

  static void AddTransfer(const TransferTerms& terms, Reading& reading) {
    const at::Tensor left = terms.jacobian * terms.tau;
    const at::Tensor slack = (terms.gradient / left).masked_fill(left.eq(0), kInfinity);
    reading.measurements.push_back(MeanOverExamples("transfer_left", left));
    reading.measurements.push_back(MeanOverExamples("transfer_right", terms.gradient));
    reading.measurements.push_back({"transfer_slack", slack.min().item<double>()});
  }

  void AddPopulation(const DenseChain& chain, int64_t examples, Reading& reading) const {
    const int64_t inputs = chain.layers.front().weight.size(1);
    const int64_t rank = std::min(inputs, chain.layers.back().weight.size(0));
    const double lipschitz = BoundsOf(chain).lipschitz;
    const double slack = SamplingSlack(rank, lipschitz, examples, options_.delta);
    const double complexity = reading.measurements[0].value;
    reading.measurements.push_back({"population_bound", complexity + slack});
  }

  const ComplexityBoundsOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeComplexityBoundsProbe(const ComplexityBoundsOptions& options) {
  return std::make_unique<ComplexityBoundsProbe>(options);
}

}  // namespace geometer::geometry
