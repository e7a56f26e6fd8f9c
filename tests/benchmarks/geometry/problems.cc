#include "tests/benchmarks/geometry/problems.h"

#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "tests/benchmarks/geometry/small_resnet.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/optimizers/sgd.h"
#include "worker/geometry/random.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/safetensors.h"

namespace geometer::geometry {
namespace {

constexpr uint64_t kSeed = 0;
constexpr int64_t kStepsBetweenSnapshots = 100;
constexpr int64_t kSnapshots = 6;

struct Recipe {
  int64_t sample;
  int64_t batch_size;
  double learning_rate;
};

Recipe RecipeOf(const std::string& name) {
  return name == "mlp" ? Recipe{1000, 100, 0.1} : Recipe{256, 64, 0.05};
}

std::unique_ptr<Model> ModelOf(const std::string& name) {
  if (name == "conv") return MakeSmallResNet();
  return MakeMlp({.inputs = 784, .hidden = {256, 256}, .outputs = 10});
}

Examples TrainingSplit(const std::string& name, const std::filesystem::path& folder) {
  v1::Dataset spec;
  if (name == "mlp") spec.mutable_mnist()->set_train(10000);
  if (name == "conv") spec.mutable_cifar10()->set_train(5000);
  absl::StatusOr<Dataset> dataset = trainer::DatasetLoader().Load(spec, {folder, kSeed});
  if (!dataset.ok()) throw std::runtime_error(std::string(dataset.status().message()));
  return dataset->train.All();
}

Problem Untrained(const std::string& name) {
  return {name, ModelOf(name), MakeCrossEntropy(), {}, {}};
}

Tensors Copy(const Tensors& params) {
  Tensors copy;
  for (const at::Tensor& p : params) copy.push_back(p.detach().clone().requires_grad_());
  return copy;
}

void Descend(const Problem& problem, const Examples& train, const Recipe& recipe, int64_t step,
             const Tensors& params) {
  const at::Tensor order =
      Permutation(train.size(), MakeGenerator(kSeed, "benchmark", static_cast<uint64_t>(step)));
  const Examples batch = train.Select(order.slice(0, 0, recipe.batch_size));
  const Network network{problem.model.get(), params, {}};
  const at::Tensor loss = Evaluate(network, *problem.objective, batch, Mode::kTraining).loss;
  NamedTensors no_state;
  MakeSgd({})->Step({params, Gradient(loss, params), recipe.learning_rate}, no_state);
}

}  // namespace

Subject Problem::At(size_t snapshot) const {
  return {{model.get(), snapshots[snapshot], {}},
          objective.get(),
          sample,
          sample.size(),
          kSeed,
          static_cast<int64_t>(snapshot + 1) * kStepsBetweenSnapshots,
          RecipeOf(name).learning_rate};
}

Problem Train(const std::string& name, const std::filesystem::path& data) {
  Problem problem = Untrained(name);
  const Recipe recipe = RecipeOf(name);
  const Examples train = TrainingSplit(name, data);
  problem.sample = train.Slice(0, recipe.sample);
  const Tensors params = Copy(problem.model->Initialize(kSeed, at::kFloat).parameters);
  for (int64_t step = 0; step < kSnapshots * kStepsBetweenSnapshots;) {
    Descend(problem, train, recipe, step++, params);
    if (step % kStepsBetweenSnapshots == 0) problem.snapshots.push_back(Copy(params));
  }
  return problem;
}

void Write(const Problem& problem, const std::filesystem::path& folder) {
  trainer::TensorFile file;
  file.tensors = {{"inputs", problem.sample.inputs}, {"targets", problem.sample.targets}};
  for (size_t i = 0; i < problem.snapshots.size(); ++i) {
    for (size_t p = 0; p < problem.snapshots[i].size(); ++p) {
      file.tensors.push_back({absl::StrCat(i, "/", problem.model->parameter_names()[p]),
                              problem.snapshots[i][p].detach()});
    }
  }
  const absl::Status written =
      trainer::WriteSafetensors(folder / (problem.name + ".safetensors"), file);
  if (!written.ok()) throw std::runtime_error(std::string(written.message()));
}

Problem Read(const std::string& name, const std::filesystem::path& folder) {
  const auto file = trainer::ReadSafetensors(folder / (name + ".safetensors"));
  if (!file.ok()) throw std::runtime_error(std::string(file.status().message()));
  const auto find = [&](const std::string& wanted) {
    for (const auto& [key, tensor] : file->tensors) {
      if (key == wanted) return tensor;
    }
    throw std::runtime_error(absl::StrCat(name, ".safetensors holds no tensor ", wanted));
  };
  Problem problem = Untrained(name);
  problem.sample = {find("inputs"), find("targets")};
  for (int64_t i = 0; i < kSnapshots; ++i) {
    Tensors params;
    for (const std::string& parameter : problem.model->parameter_names()) {
      params.push_back(find(absl::StrCat(i, "/", parameter)).requires_grad_());
    }
    problem.snapshots.push_back(params);
  }
  return problem;
}

}  // namespace geometer::geometry
