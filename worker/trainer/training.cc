#include "worker/trainer/training.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/trainer/builders/batches.h"
#include "worker/trainer/builders/model.h"
#include "worker/trainer/builders/objective.h"

namespace geometer::trainer {
namespace {

at::TensorOptions OptionsOf(const v1::JobSpec& spec) {
  const bool cuda = spec.resources().device() == v1::DEVICE_CUDA;
  return at::TensorOptions(cuda ? at::kCUDA : at::kCPU)
      .dtype(spec.dtype() == v1::DTYPE_FLOAT64 ? at::kDouble : at::kFloat);
}

int64_t TotalSteps(const v1::Stop& stop, int64_t steps_per_epoch) {
  switch (stop.limit_case()) {
    case v1::Stop::kSteps:
      return static_cast<int64_t>(stop.steps());
    case v1::Stop::kEpochs:
      return std::max<int64_t>(1,
                               std::llround(stop.epochs() * static_cast<double>(steps_per_epoch)));
    case v1::Stop::LIMIT_NOT_SET:
      break;
  }
  return 0;
}

// Pictures are augmented on the CPU, so training pictures that will be stay there.
void MoveData(Training& training) {
  const at::Device device = training.options.device();
  geometry::Dataset& data = training.data;
  if (training.augmentation.empty()) data.train = data.train.To(device);
  data.validation = data.validation.To(device);
  data.test = data.test.To(device);
}

// Whether the network has the activation that a penalty names.
absl::Status CheckLayer(const v1::Regularizer& regularizer, const Training& training) {
  const std::string& layer = regularizer.geometric_complexity().layer();
  if (layer.empty()) return absl::OkStatus();
  const geometry::Variables start = training.model->Initialize(training.seed, at::kFloat);
  const at::Tensor first = training.data.train.Take(at::zeros({1}, at::kLong)).inputs;
  std::vector<std::string> names;
  for (const geometry::NamedTensor& activation :
       training.model
           ->Forward(start.parameters, start.buffers, first.to(at::kFloat),
                     geometry::Mode::kEvaluation)
           .activations) {
    if (activation.name == layer) return absl::OkStatus();
    names.push_back(activation.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("regularizers.geometric_complexity.layer: must be one of ",
                   absl::StrJoin(names, ", "), ", got ", layer));
}

// What changes the loss: noise and penalties.
absl::Status BuildDisturbances(const v1::Learner& learner, Training& training) {
  for (const v1::Noise& spec : learner.noise()) {
    auto noise = BuildNoise(spec, training.data);
    if (!noise.ok()) return noise.status();
    training.noise.push_back(*std::move(noise));
  }
  for (const v1::Regularizer& regularizer : learner.regularizers()) {
    if (absl::Status status = CheckLayer(regularizer, training); !status.ok()) return status;
    auto penalty = BuildRegularizer(regularizer, training.data);
    if (!penalty.ok()) return penalty.status();
    training.penalties.push_back(*std::move(penalty));
  }
  return absl::OkStatus();
}

absl::Status BuildUpdates(const v1::Learner& learner, Training& training) {
  auto rule = BuildOptimizer(learner.optimizer());
  if (!rule.ok()) return rule.status();
  auto rates = BuildSchedule(learner.schedule());
  if (!rates.ok()) return rates.status();
  training.rule = *std::move(rule);
  training.rates = *std::move(rates);
  if (training.rates.reference_batch > 0) {
    training.rule.learning_rate *=
        static_cast<double>(training.batches.size) / training.rates.reference_batch;
  }
  return absl::OkStatus();
}

absl::Status BuildParts(const v1::Learner& learner, Training& training) {
  auto objective = BuildObjective(learner.objective(), training.data);
  if (!objective.ok()) return objective.status();
  auto model = BuildModel(learner.model(), training.data);
  if (!model.ok()) return model.status();
  auto batches = BuildBatches(learner.batches(), training.data.train.size());
  if (!batches.ok()) return batches.status();
  training.objective = *std::move(objective);
  training.model = *std::move(model);
  training.batches = *batches;
  if (absl::Status status = BuildDisturbances(learner, training); !status.ok()) return status;
  return BuildUpdates(learner, training);
}

// Updates are in place, so each run needs its own.
geometry::Variables Copied(const geometry::Variables& variables) {
  geometry::Variables copy = variables;
  for (geometry::Tensors* tensors : {&copy.parameters, &copy.buffers}) {
    for (at::Tensor& tensor : *tensors) tensor = tensor.clone();
  }
  return copy;
}

}  // namespace

double Training::Rate(const State& state) const {
  if (rates.adaptive != nullptr) return state.last_rate.value_or(rule.learning_rate);
  return rates.Rate(rule.learning_rate, state.step, total_steps);
}

absl::StatusOr<Training> BuildTraining(const v1::JobSpec& spec, geometry::Dataset data) {
  Training training;
  training.seed = spec.seed();
  training.options = OptionsOf(spec);
  training.bfloat16 = spec.precision() == v1::PRECISION_BFLOAT16;
  training.data = std::move(data);
  const v1::Augmentation& augmentation = spec.data(0).augmentation();
  training.augmentation = {augmentation.crop(), augmentation.flip()};
  training.loading_threads = static_cast<int>(spec.resources().loading_threads());
  if (const absl::Status status = BuildParts(spec.learners(0), training); !status.ok()) {
    return status;
  }
  training.steps_per_epoch = training.batches.StepsPerEpoch();
  training.total_steps = TotalSteps(spec.stop(), training.steps_per_epoch);
  if (spec.has_budget() && spec.budget() < 1) training.budget = spec.budget();
  if (training.total_steps < 1) return absl::InvalidArgumentError("stop: no limit is given");
  MoveData(training);
  return training;
}

State InitialState(const Training& training) {
  State state;
  state.variables = training.start ? Copied(*training.start)
                                   : training.model->Initialize(training.seed, training.options);
  state.optimizer = training.rule.optimizer->InitialState(training.model->parameter_names(),
                                                          state.variables.parameters);
  return state;
}

bool IsFinite(const State& state) {
  const auto finite = [](const at::Tensor& tensor) {
    return at::isfinite(tensor).all().item<bool>();
  };
  return std::all_of(state.variables.parameters.begin(), state.variables.parameters.end(),
                     finite) &&
         std::all_of(state.variables.buffers.begin(), state.variables.buffers.end(), finite);
}

}  // namespace geometer::trainer
