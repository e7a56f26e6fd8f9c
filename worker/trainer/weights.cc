#include "worker/trainer/weights.h"

#include <ATen/ops/isfinite.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/contract/nearest.h"
#include "worker/trainer/safetensors.h"

namespace geometer::trainer {
namespace {

constexpr char kCount[] = ".num_batches_tracked";  // of batches; changes no prediction

std::string ShapeText(at::IntArrayRef shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "]");
}

// The tensors of a file that have not been taken yet.
class Contents {
 public:
  explicit Contents(TensorFile file) {
    for (geometry::NamedTensor& named : file.tensors) {
      tensors_.emplace(std::move(named.name), std::move(named.tensor));
    }
  }

  // Replaces `fresh` by the tensor `name`.
  absl::Status Take(const std::string& name, at::Tensor& fresh) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
      if (absl::EndsWith(name, kCount)) return absl::OkStatus();
      return absl::InvalidArgumentError(
          absl::StrCat("no tensor '", name, "'", contract::DidYouMean(name, Names())));
    }
    const at::Tensor tensor = found->second;
    if (tensor.sizes() != fresh.sizes()) {
      return absl::InvalidArgumentError(absl::StrCat("tensor '", name, "': expected the shape ",
                                                     ShapeText(fresh.sizes()), ", got ",
                                                     ShapeText(tensor.sizes())));
    }
    if (fresh.is_floating_point() && !tensor.is_floating_point()) {
      return absl::InvalidArgumentError(absl::StrCat("tensor '", name, "': expected real numbers"));
    }
    fresh = tensor.to(fresh.options());
    if (!at::isfinite(fresh).all().item<bool>()) {
      return absl::InvalidArgumentError(
          absl::StrCat("tensor '", name, "': expected finite numbers"));
    }
    tensors_.erase(found);
    return absl::OkStatus();
  }

  void Drop(const std::string& name) { tensors_.erase(name); }

  absl::Status CheckAllTaken() const {
    if (tensors_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("tensor '", tensors_.begin()->first, "' is none of the network's"));
  }

 private:
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensors_) names.push_back(name);
    return names;
  }

  std::map<std::string, at::Tensor> tensors_;
};

absl::Status TakeAll(const geometry::Model& model, const WeightsOptions& options,
                     Contents& contents, geometry::Variables& variables) {
  const size_t output = variables.parameters.size() - geometry::OutputTensors(variables.parameters);
  for (size_t i = 0; i < variables.parameters.size(); ++i) {
    const std::string& name = model.parameter_names()[i];
    if (i >= output && !options.output) {
      contents.Drop(name);
    } else if (auto status = contents.Take(name, variables.parameters[i]); !status.ok()) {
      return status;
    }
  }
  for (size_t i = 0; i < variables.buffers.size(); ++i) {
    absl::Status status = contents.Take(model.buffer_names()[i], variables.buffers[i]);
    if (!status.ok()) return status;
  }
  return contents.CheckAllTaken();
}

}  // namespace

absl::StatusOr<geometry::Variables> ReadWeights(const std::filesystem::path& path,
                                                const geometry::Model& model,
                                                const geometry::Variables& fresh,
                                                const WeightsOptions& options) {
  auto file = ReadSafetensors(path);
  if (!file.ok()) return file.status();
  Contents contents(*std::move(file));
  geometry::Variables variables = fresh;
  const absl::Status status = TakeAll(model, options, contents, variables);
  if (status.ok()) return variables;
  return absl::InvalidArgumentError(absl::StrCat(path.string(), ": ", status.message()));
}

}  // namespace geometer::trainer
