#include "worker/geometry/probes/eigen_search.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr char kStart[] = "start";

// A start with the length, dtype and device of the parameters: noise, and as much of what was found
// before. Noise alone lets an eigenvalue be found that has risen past those tracked.
at::Tensor Start(const at::Tensor& params, const NamedTensors& warm_start,
                 const at::Generator& generator) {
  at::Tensor noise = at::empty(params.sizes(), at::kDouble).normal_(0, 1, generator).to(params);
  if (warm_start.empty()) return noise;
  const at::Tensor previous = warm_start[0].tensor.to(params);
  return previous / previous.norm() + noise / noise.norm();
}

}  // namespace

Eigenpairs FindEigenpairs(const Subject& subject, const SymmetricOperator& multiply,
                          const std::string& stream, const NamedTensors& warm_start,
                          const LanczosOptions& options) {
  const at::Generator generator =
      MakeGenerator(subject.seed, stream, static_cast<uint64_t>(subject.step));
  const at::Tensor params = Flatten(subject.network.params).detach();
  return ExtremeEigenpairs(multiply, Start(params, warm_start, generator), generator, options);
}

// The sum of all eigenvectors, so that the next search starts inside their span.
NamedTensors WarmStart(const Eigenpairs& found) {
  if (found.pairs.empty()) return {};
  at::Tensor sum = found.pairs[0].vector;
  for (size_t i = 1; i < found.pairs.size(); ++i) sum = sum + found.pairs[i].vector;
  return {{kStart, sum}};
}

}  // namespace geometer::geometry
