#include <gmock/gmock.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/contract/defaults.h"
#include "proto/contract/yaml.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/resnet.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/trainer/builders/probe.h"
#include "worker/trainer/safetensors.h"

namespace geometer {
namespace {

using geometry::Activation;

std::unique_ptr<geometry::Model> Mlp(std::vector<int64_t> hidden, int64_t outputs,
                                     Activation activation, int64_t inputs = 6) {
  geometry::MlpOptions options;
  options.inputs = inputs;
  options.hidden = std::move(hidden);
  options.outputs = outputs;
  options.activation = activation;
  return geometry::MakeMlp(options);
}

std::unique_ptr<geometry::Model> ResNet(bool batch_norm) {
  geometry::ResNetOptions options;
  options.channels = 1;
  options.outputs = 3;
  options.width = 1;
  options.batch_norm = batch_norm;
  return geometry::MakeResNet(options);
}

struct Fixture {
  const char* name;
  std::unique_ptr<geometry::Model> (*model)();
};
const Fixture kFixtures[] = {
    {"mlp_relu",
     [] {
       return Mlp({10, 8}, 4, Activation::kRelu);
     }},
    {"mlp_softplus", [] { return Mlp({7}, 4, Activation::kSoftplus); }},
    {"mlp_tanh",
     [] {
       return Mlp({10, 8}, 2, Activation::kTanh);
     }},
    {"mlp_curve",
     [] {
       return Mlp({9, 8}, 2, Activation::kTanh, /*inputs=*/1);
     }},
    {"resnet_batch_norm", [] { return ResNet(true); }},
    {"resnet_plain", [] { return ResNet(false); }},
};

// A number that Python computed: "PROBE|QUANTITY|INDEX" is its key in the file, "VALUE SCALE
// ERRORS" its text.
struct Row {
  std::string probe;  // as a job states it
  std::string quantity;
  int64_t index = 0;
  double value = 0;
  double scale = 0;   // that rounding is relative to
  double errors = 0;  // of an estimate: how many standard errors it may be off; else 0
};

Row ReadRow(const std::string& key, const std::string& text) {
  const std::vector<std::string> names = absl::StrSplit(key, '|');
  const std::vector<std::string> numbers = absl::StrSplit(text, ' ');
  Row row{names[0], names[1], std::strtoll(names[2].c_str(), nullptr, 10)};
  row.value = std::strtod(numbers[0].c_str(), nullptr);
  row.scale = std::strtod(numbers[1].c_str(), nullptr);
  row.errors = std::strtod(numbers[2].c_str(), nullptr);
  return row;
}

std::unique_ptr<geometry::Probe> ProbeOf(const std::string& text) {
  const std::string job = absl::StrCat("probes: {every: {steps: 1}, ", text, "}");
  const v1::JobSpec spec = contract::WithDefaults(contract::ParseJob(job, "job").value());
  return trainer::BuildProbe(spec.probes(0), {}).value().probe;
}

// What measurements.py computed in Python, in float64, by other means.
class FixtureTest : public testing::TestWithParam<Fixture> {
 protected:
  FixtureTest() : model_(GetParam().model()) {
    const std::string path = std::string(FIXTURES) + "/" + GetParam().name + ".safetensors";
    const trainer::TensorFile file = trainer::ReadSafetensors(path).value();
    for (const auto& named : file.tensors) tensors_[named.name] = named.tensor;
    for (const auto& [key, text] : file.metadata)
      rows_[ReadRow(key, text).probe].push_back(ReadRow(key, text));
  }

  at::Tensor Get(const std::string& name, at::ScalarType dtype) const {
    const at::Tensor& tensor = tensors_.at(name);
    return tensor.is_floating_point() ? tensor.to(dtype) : tensor;
  }

  // In chunks that do not divide the sample.
  geometry::Reading Measure(const std::string& probe, at::ScalarType dtype) const {
    const bool labels = tensors_.at("targets").scalar_type() == at::kLong;
    const auto objective = labels ? geometry::MakeCrossEntropy() : geometry::MakeMeanSquaredError();
    geometry::Subject subject;
    subject.network.model = model_.get();
    for (const auto& name : model_->parameter_names()) {
      subject.network.params.push_back(Get(name, dtype));
    }
    for (const auto& name : model_->buffer_names()) {
      subject.network.buffers.push_back(Get(name, dtype));
    }
    subject.objective = objective.get();
    subject.sample = {Get("inputs", dtype), Get("targets", dtype)};
    subject.chunk_size = 5;
    subject.learning_rate = 0.05;
    return ProbeOf(probe)->Measure(subject, {});
  }

  void ExpectRows(at::ScalarType dtype, double tolerance) const {
    for (const auto& [probe, rows] : rows_) {
      const geometry::Reading reading = Measure(probe, dtype);
      for (const Row& row : rows) ExpectRow(row, reading, tolerance);
    }
  }

  const std::unique_ptr<geometry::Model> model_;
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, std::vector<Row>> rows_;  // by probe

 private:
  static void ExpectRow(const Row& row, const geometry::Reading& reading, double tolerance) {
    const std::string name = absl::StrCat(row.probe, " ", row.quantity, "[", row.index, "]");
    for (const geometry::Measurement& m : reading.measurements) {
      if (m.quantity != row.quantity || m.index.value_or(0) != row.index) continue;
      if (std::isnan(row.value) && std::isnan(m.value)) return;
      const double error = row.errors * m.standard_error.value_or(0);
      EXPECT_NEAR(m.value, row.value, tolerance * row.scale + error) << name;
      return;
    }
    ADD_FAILURE() << name << " was not measured";
  }
};

TEST_P(FixtureTest, InDoublePrecisionEveryNumberIsPythons) { ExpectRows(at::kDouble, 1e-10); }

// The tests of the program in Python do the same for a ResNet, in more time.
using MlpFixtureTest = FixtureTest;

TEST_P(MlpFixtureTest, InSinglePrecisionEveryNumberIsPythonsRounded) {
  ExpectRows(at::kFloat, 1e-4);
}

std::string NameOf(const testing::TestParamInfo<Fixture>& test) { return test.param.name; }

INSTANTIATE_TEST_SUITE_P(Networks, FixtureTest, testing::ValuesIn(kFixtures), NameOf);
INSTANTIATE_TEST_SUITE_P(Mlps, MlpFixtureTest, testing::ValuesIn(kFixtures, kFixtures + 4), NameOf);

}  // namespace
}  // namespace geometer
