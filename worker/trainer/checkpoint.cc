#include "worker/trainer/checkpoint.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "worker/trainer/safetensors.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;

constexpr size_t kKept = 2;
constexpr char kParameters[] = "parameters/";
constexpr char kBuffers[] = "buffers/";
constexpr char kOptimizer[] = "optimizer/";
constexpr char kWarmStarts[] = "warm_starts/";

void Append(const char* prefix, const std::vector<std::string>& names,
            const geometry::Tensors& tensors, geometry::NamedTensors& all) {
  for (size_t i = 0; i < names.size(); ++i) all.push_back({prefix + names[i], tensors[i]});
}

void Append(const char* prefix, const geometry::NamedTensors& tensors,
            geometry::NamedTensors& all) {
  for (const geometry::NamedTensor& named : tensors) {
    all.push_back({prefix + named.name, named.tensor});
  }
}

// The tensors of a file, looked up by name.
class Contents {
 public:
  explicit Contents(const TensorFile& file) : metadata_(file.metadata) {
    for (const geometry::NamedTensor& named : file.tensors) tensors_[named.name] = named.tensor;
  }

  // Replaces `tensor` by the one of that name, which must have its shape and type.
  absl::Status Get(const std::string& name, at::Tensor& tensor) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) return absl::DataLossError(absl::StrCat("no tensor '", name, "'"));
    if (found->second.sizes() != tensor.sizes() ||
        found->second.scalar_type() != tensor.scalar_type()) {
      return absl::DataLossError(
          absl::StrCat("tensor '", name, "' has another shape or type than this run's"));
    }
    tensor = found->second.to(tensor.device());
    return absl::OkStatus();
  }

  std::string Metadata(const std::string& key) const {
    const auto found = metadata_.find(key);
    return found == metadata_.end() ? "" : found->second;
  }

 private:
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

absl::Status GetAll(const Contents& contents, const char* prefix,
                    const std::vector<std::string>& names, geometry::Tensors& tensors) {
  for (size_t i = 0; i < names.size(); ++i) {
    absl::Status status = contents.Get(prefix + names[i], tensors[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string ToText(const Spending& spending) {
  std::string text = absl::StrFormat("%.17g %.17g %.17g", spending.training_seconds,
                                     spending.measuring_seconds, spending.stretch);
  for (const LastMeasurement& last : spending.last) {
    absl::StrAppendFormat(&text, " %.17g %d", last.seconds, last.step);
  }
  return text;
}

// Reads what ToText wrote.
absl::Status GetSpending(const std::string& text, Spending& spending) {
  std::istringstream in(text);
  std::string stretch;  // a stream does not read "inf"
  in >> spending.training_seconds >> spending.measuring_seconds >> stretch;
  bool complete = true;
  for (LastMeasurement last; complete && in >> last.seconds;) {
    complete = static_cast<bool>(in >> last.step);
    spending.last.push_back(last);
  }
  if (complete && in.eof() && absl::SimpleAtod(stretch, &spending.stretch)) return absl::OkStatus();
  return absl::DataLossError("its metadata have no spending of this run");
}

absl::Status GetAll(const Contents& contents, const Training& training, State& state) {
  absl::Status status =
      GetAll(contents, kParameters, training.model->parameter_names(), state.variables.parameters);
  status.Update(
      GetAll(contents, kBuffers, training.model->buffer_names(), state.variables.buffers));
  for (geometry::NamedTensor& named : state.optimizer) {
    status.Update(contents.Get(kOptimizer + named.name, named.tensor));
  }
  if (!absl::SimpleAtoi(contents.Metadata("step"), &state.step) || state.step < 0 ||
      state.step > training.total_steps ||
      !absl::SimpleAtod(contents.Metadata("flow_time"), &state.flow_time)) {
    status.Update(absl::DataLossError("its metadata have no step and flow_time of this run"));
  }
  if (double rate; absl::SimpleAtod(contents.Metadata("last_rate"), &rate)) state.last_rate = rate;
  if (training.budget.has_value()) {
    status.Update(GetSpending(contents.Metadata("spending"), state.spending));
  }
  return status;
}

void GetWarmStarts(const TensorFile& file, State& state) {
  for (const geometry::NamedTensor& named : file.tensors) {
    if (!absl::StartsWith(named.name, kWarmStarts)) continue;
    state.warm_starts.push_back({named.name.substr(sizeof(kWarmStarts) - 1), named.tensor});
  }
}

absl::Status Annotate(const fs::path& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path.string(), ": ", status.message()));
}

}  // namespace

absl::StatusOr<fs::path> Checkpoints::Write(const State& state, const Training& training) {
  TensorFile file;
  Append(kParameters, training.model->parameter_names(), state.variables.parameters, file.tensors);
  Append(kBuffers, training.model->buffer_names(), state.variables.buffers, file.tensors);
  Append(kOptimizer, state.optimizer, file.tensors);
  Append(kWarmStarts, state.warm_starts, file.tensors);
  file.metadata = {{"step", absl::StrCat(state.step)},
                   {"flow_time", absl::StrFormat("%.17g", state.flow_time)},
                   {"spec", identity_.spec},
                   {"environment", identity_.environment}};
  if (state.last_rate.has_value()) {
    file.metadata["last_rate"] = absl::StrFormat("%.17g", *state.last_rate);
  }
  if (training.budget.has_value()) file.metadata["spending"] = ToText(state.spending);
  std::error_code error;
  fs::create_directories(folder_, error);  // what it can't make, the write names
  const fs::path path = folder_ / absl::StrCat("step-", state.step, ".safetensors");
  if (const absl::Status status = WriteSafetensors(path, file); !status.ok()) return status;
  if (kept_.empty() || kept_.back() != path) kept_.push_back(path);
  if (kept_.size() > kKept) {
    fs::remove(kept_.front(), error);  // one that stays does no harm
    kept_.erase(kept_.begin());
  }
  return path;
}

absl::StatusOr<bool> Restore(const fs::path& path, const RunIdentity& identity,
                             const Training& training, State& state) {
  const auto file = ReadSafetensors(path);
  if (!file.ok()) return file.status();
  const Contents contents(*file);
  if (contents.Metadata("spec") != identity.spec) {
    return Annotate(path, absl::InvalidArgumentError("it was written by a job of another spec"));
  }
  State restored = state;
  const absl::Status status = GetAll(contents, training, restored);
  if (!status.ok()) return Annotate(path, status);
  GetWarmStarts(*file, restored);
  state = std::move(restored);
  return contents.Metadata("environment") == identity.environment;
}

}  // namespace geometer::trainer
