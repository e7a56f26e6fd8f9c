#include "worker/trainer/artifacts.h"

#include <openssl/sha.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/strings/escaping.h"
#include "proto/contract/digest.h"
#include "proto/contract/names.h"
#include "proto/contract/yaml.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/files.h"
#include "worker/trainer/revision.h"
#include "worker/trainer/safetensors.h"

namespace geometer::trainer {
namespace {

using nlohmann::json;

std::string Sha256(const at::Tensor& tensor) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(static_cast<const unsigned char*>(tensor.const_data_ptr()), tensor.nbytes(),
         digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

json DescribeValues(const LatestValues& latest) {
  json values = json::array();
  for (const LatestValues::Value& last : latest.values()) {
    values.push_back({{"probe", last.series.probe()},
                      {"quantity", last.series.quantity()},
                      {"split", contract::EnumName(last.series.split())},
                      {"task", last.series.task()},
                      {"learner", last.series.learner()},
                      {"index", last.series.index()},
                      {"step", last.step},
                      {"value", last.value}});
  }
  return values;
}

json DescribeSamples(const std::vector<Sample>& samples) {
  json described = json::array();
  for (const Sample& sample : samples) {
    if (!sample.indices.defined()) continue;
    described.push_back({{"probe", sample.probe},
                         {"split", contract::EnumName(sample.split)},
                         {"task", sample.task},
                         {"learner", sample.learner},
                         {"examples", sample.indices.size(0)},
                         {"indices_sha256", Sha256(sample.indices)}});
  }
  return described;
}

json DescribeEnvironment(const v1::JobSpec& spec) {
  const bool cuda = spec.resources().device() == v1::DEVICE_CUDA;
  return {{"geometer", kVersion},
          {"revision", kRevision},
          {"torch", TorchVersion()},
          {"cpu", DeviceName(at::kCPU)},
          {"gpu", cuda ? json(DeviceName(at::kCUDA)) : json()},
          {"threads", spec.threads()},
          {"numeric", NumericEnvironment(cuda ? at::kCUDA : at::kCPU)}};
}

}  // namespace

void LatestValues::Add(const v1::Points& points) {
  for (int i = 0; i < points.step_size(); ++i) {
    const v1::Series& series = points.series(static_cast<int>(points.series_index(i)));
    const auto [place, added] = places_.try_emplace(series.SerializeAsString(), values_.size());
    if (added) values_.push_back({series});
    values_[place->second].step = points.step(i);
    values_[place->second].value = points.value(i);
  }
}

absl::Status WriteWeights(const std::filesystem::path& path, const Training& training,
                          const State& state) {
  TensorFile file;
  file.metadata = {{"format", "pt"}};  // what Python's loaders look for
  const auto& parameters = training.model->parameter_names();
  const auto& buffers = training.model->buffer_names();
  for (size_t i = 0; i < parameters.size(); ++i) {
    file.tensors.push_back({parameters[i], state.variables.parameters[i]});
  }
  for (size_t i = 0; i < buffers.size(); ++i) {
    file.tensors.push_back({buffers[i], state.variables.buffers[i]});
  }
  return WriteSafetensors(path, file);
}

absl::Status WriteSummary(const std::filesystem::path& path, const Summary& summary) {
  const nlohmann::ordered_json document = {
      {"name", summary.spec.name()},
      {"outcome", contract::EnumName(summary.finish.outcome())},
      {"message", summary.finish.message()},
      {"first_step", summary.first_step},
      {"step", summary.finish.step()},
      {"wall_seconds", summary.wall_seconds},
      {"values", DescribeValues(summary.latest)},
      {"samples", DescribeSamples(summary.samples)},
      {"spec_sha256", contract::SpecDigest(summary.spec)},
      {"environment", DescribeEnvironment(summary.spec)},
  };
  const std::string text = document.dump(2) + "\n";
  return WriteAtomically(path, {text});
}

absl::Status WriteJob(const std::filesystem::path& path, const v1::JobSpec& spec) {
  const std::string text = contract::FormatJob(spec);
  return WriteAtomically(path, {text});
}

}  // namespace geometer::trainer
