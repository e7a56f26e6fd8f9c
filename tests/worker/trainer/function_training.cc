#include "tests/worker/trainer/function_training.h"

#include "tests/worker/trainer/attempts.h"
#include "worker/trainer/datasets.h"

namespace geometer::trainer {

Training FunctionTraining(std::vector<std::string> overrides) {
  overrides.push_back("dtype=float64");
  const v1::JobSpec spec = Job(kFunctionJob, overrides);
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {{}, spec.seed(), at::kDouble});
  return BuildTraining(spec, {*data}).value();
}

}  // namespace geometer::trainer
