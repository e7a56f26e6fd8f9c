#include "worker/geometry/probes/outputs.h"

namespace geometer::geometry {

at::Tensor OutputsOf(const Subject& subject, const at::Tensor& inputs) {
  ExampleRows rows(inputs.size(0));
  for (const at::Tensor& chunk : inputs.split(subject.chunk_size)) {
    rows.Append(subject.network.Forward(chunk, Mode::kEvaluation).output.to(at::kDouble));
  }
  return rows.all();
}

}  // namespace geometer::geometry
