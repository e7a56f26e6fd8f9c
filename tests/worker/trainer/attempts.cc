#include "tests/worker/trainer/attempts.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstring>
#include <utility>

#include "proto/contract/defaults.h"
#include "proto/contract/override.h"
#include "proto/contract/validate.h"
#include "proto/contract/yaml.h"
#include "tests/worker/trainer/data_folder.h"
#include "worker/trainer/safetensors.h"

namespace geometer::trainer {

const char kGameJob[] = R"(
name: game
dtype: float64
game: {linear: {}}
learners:
- {name: first, model: {point: {start: [0.5]}}, optimizer: {sgd: {learning_rate: 1}}}
- {name: second, model: {point: {start: [-0.3]}}, optimizer: {sgd: {learning_rate: 1}}}
stop: {steps: 10}
checkpoint: {every: {steps: 5}}
)";

const char kGanJob[] = R"(
name: gan
data: {mnist: {train: 64, validation: 16, test: 20}}
game: {gan: {latents: 3}}
learners:
- name: discriminator
  model: {mlp: {hidden: [8], activation: tanh}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 8}
- name: generator
  model: {mlp: {hidden: [8]}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 8}
stop: {steps: 10}
checkpoint: {every: {steps: 5}}
)";

const char kFunctionJob[] = R"(
name: function
data: {function: {}}
learner:
  model: {mlp: {hidden: [8, 8], activation: tanh}}
  objective: {mean_squared_error: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
  batches: {size: 3}
probes: [{loss: {}, every: {steps: 4}}]
stop: {steps: 10}
checkpoint: {every: {steps: 5}}
)";

const char kMlpJob[] = R"(
name: mlp
data: {mnist: {train: 64, validation: 16, test: 20}}
learner:
  model: {mlp: {hidden: [16]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.05}}
  batches: {size: 16}
stop: {steps: 10}
checkpoint: {every: {steps: 5}}
)";

const char kResnetJob[] = R"(
name: resnet
data: {mnist: {train: 32, validation: 8, test: 8}}
learner:
  model: {resnet: {width: 2}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.05}}
  batches: {size: 16}
stop: {steps: 4}
checkpoint: {every: {steps: 2}}
)";

v1::JobSpec Job(const std::string& yaml, const std::vector<std::string>& overrides) {
  v1::JobSpec spec = contract::ParseJob(yaml, "job.yaml").value();
  for (const std::string& assignment : overrides) {
    const absl::Status status = contract::Override(spec, assignment);
    if (!status.ok()) throw std::invalid_argument(std::string(status.message()));
  }
  return contract::WithDefaults(spec);
}

namespace {

// Makes options small, where a probe has them: a test is about all probes, not about good
// estimates.
void MakeCheap(v1::Probe& probe, const google::protobuf::FieldDescriptor& kind) {
  google::protobuf::Message& options = *probe.GetReflection()->MutableMessage(&probe, &kind);
  const std::pair<const char*, uint32_t> values[] = {
      {"k", 2},     {"max_products", 2}, {"starts", 1},   {"sketch", 1},
      {"steps", 1}, {"substeps", 1},     {"snapshot", 3}, {"points", 5}};
  for (const auto& [name, value] : values) {
    const auto* field = options.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) continue;
    options.GetReflection()->SetUInt32(&options, field, value);
  }
  if (probe.has_flow_distance()) probe.mutable_flow_distance()->add_flows(v1::FLOW_NON_PRINCIPAL);
}

// `outside` is the data set that is out of distribution.
v1::Probe MakeProbe(const google::protobuf::FieldDescriptor& kind, uint64_t every,
                    const std::string& outside) {
  v1::Probe probe;
  probe.mutable_every()->set_steps(every);
  probe.set_examples(6);
  probe.set_chunk(4);
  for (const auto split : {v1::SPLIT_TRAIN, v1::SPLIT_VALIDATION, v1::SPLIT_TEST}) {
    probe.add_splits(split);
  }
  MakeCheap(probe, kind);
  if (probe.has_ood_detection()) probe.mutable_ood_detection()->set_data(outside);
  if (probe.has_few_shot()) {  // two examples each of two classes, which the smallest splits lack
    probe.set_examples(64);
    probe.clear_splits();
    probe.add_splits(v1::SPLIT_TRAIN);
    probe.mutable_few_shot()->set_way(2);
    probe.mutable_few_shot()->set_shot(1);
    probe.mutable_few_shot()->set_query(1);
    probe.mutable_few_shot()->set_episodes(3);
  }
  return probe;
}

// Whether the contract lets `probe` into `spec`.
bool Allows(v1::JobSpec spec, const v1::Probe& probe) {
  *spec.add_probes() = probe;
  return contract::Validate(spec).empty();
}

}  // namespace

v1::JobSpec WithAllProbes(v1::JobSpec spec, uint64_t every, std::set<std::string>* refused) {
  spec.clear_probes();
  const v1::JobSpec bare = spec;
  const auto* kinds = v1::Probe::descriptor()->FindOneofByName("quantity");
  for (int i = 0; i < kinds->field_count(); ++i) {
    const std::string last = spec.data().empty() ? "" : spec.data().rbegin()->name();
    const v1::Probe probe = MakeProbe(*kinds->field(i), every, last);
    if (Allows(bare, probe)) {
      *spec.add_probes() = probe;
    } else if (refused != nullptr) {
      refused->insert(kinds->field(i)->name());
    }
  }
  return contract::WithDefaults(spec);
}

std::vector<v1::Points> Recorder::Points() const {
  std::vector<v1::Points> all;
  for (const auto& report : reports) {
    if (report.has_points()) all.push_back(report.points());
  }
  return all;
}

std::vector<v1::CheckpointTaken> Recorder::Checkpoints() const {
  std::vector<v1::CheckpointTaken> all;
  for (const auto& report : reports) {
    if (report.has_checkpoint()) all.push_back(report.checkpoint());
  }
  return all;
}

std::vector<std::string> Recorder::Artifacts() const {
  std::vector<std::string> all;
  for (const auto& report : reports) {
    if (report.has_artifact()) all.push_back(report.artifact().name());
  }
  return all;
}

std::vector<uint64_t> Recorder::StepsOf(const std::string& quantity) const {
  std::vector<uint64_t> steps;
  for (const v1::Points& points : Points()) {
    for (int i = 0; i < points.step_size(); ++i) {
      if (points.series(points.series_index(i)).quantity() == quantity) {
        steps.push_back(points.step(i));
      }
    }
  }
  return steps;
}

std::vector<double> Recorder::ValuesOf(const std::string& quantity) const {
  std::vector<double> values;
  for (const v1::Points& points : Points()) {
    for (int i = 0; i < points.step_size(); ++i) {
      if (points.series(points.series_index(i)).quantity() == quantity) {
        values.push_back(points.value(i));
      }
    }
  }
  return values;
}

namespace {

v1::Finish Run(const std::filesystem::path& folder, const std::filesystem::path& data,
               const v1::JobSpec& spec, Supervisor& supervisor,
               const std::filesystem::path& resume) {
  v1::StartAttempt start;
  *start.mutable_spec() = spec;
  start.set_directory(folder.string());
  start.set_data_directory(data.string());
  start.set_resume_path(resume.string());
  DatasetLoader datasets;
  return RunAttempt(start, datasets, supervisor);
}

}  // namespace

v1::Finish RunIn(const std::filesystem::path& folder, const v1::JobSpec& spec,
                 Supervisor& supervisor, const std::filesystem::path& resume) {
  return Run(folder, folder, spec, supervisor, resume);
}

v1::Finish RunOnRealData(const std::filesystem::path& folder, const v1::JobSpec& spec,
                         Supervisor& supervisor) {
  return Run(folder, DataFolder(), spec, supervisor, {});
}

geometry::NamedTensors WeightsIn(const std::filesystem::path& folder) {
  return ReadSafetensors(folder / "weights.safetensors").value().tensors;
}

bool BitwiseEqual(const geometry::NamedTensors& a, const geometry::NamedTensors& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const at::Tensor& x = a[i].tensor;
    const at::Tensor& y = b[i].tensor;
    if (a[i].name != b[i].name || x.nbytes() != y.nbytes() ||
        std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace geometer::trainer
