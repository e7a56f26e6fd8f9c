#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <string>

#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/resnet.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/hessian_top.h"
#include "worker/geometry/probes/loss.h"
#include "worker/trainer/safetensors.h"

namespace geometer {
namespace {

using geometry::Activation;

std::unique_ptr<geometry::Model> Mlp(std::vector<int64_t> hidden, int64_t outputs,
                                     Activation activation) {
  geometry::MlpOptions options;
  options.inputs = 6;
  options.hidden = std::move(hidden);
  options.outputs = outputs;
  options.activation = activation;
  return geometry::MakeMlp(options);
}

std::unique_ptr<geometry::Model> ResNet(bool batch_norm) {
  geometry::ResNet18Options options;
  options.channels = 1;
  options.outputs = 3;
  options.width = 1;
  options.batch_norm = batch_norm;
  return geometry::MakeResNet18(options);
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
    {"resnet_batch_norm", [] { return ResNet(true); }},
    {"resnet_plain", [] { return ResNet(false); }},
};

// What reference.py computed in Python, in float64, by other means.
class FixtureTest : public testing::TestWithParam<Fixture> {
 protected:
  FixtureTest() : model_(GetParam().model()) {
    const std::string path = std::string(FIXTURES) + "/" + GetParam().name + ".safetensors";
    const trainer::TensorFile file = trainer::ReadSafetensors(path).value();
    for (const auto& named : file.tensors) tensors_[named.name] = named.tensor;
    metadata_ = file.metadata;
  }

  double Expected(const char* quantity) const {
    return std::strtod(metadata_.at(quantity).c_str(), nullptr);
  }

  // The first number that `probe` measures, in chunks that do not divide the sample.
  double Measured(const geometry::Probe& probe) const {
    const bool labels = tensors_.at("targets").scalar_type() == at::kLong;
    const auto objective = labels ? geometry::MakeCrossEntropy() : geometry::MakeMeanSquaredError();
    geometry::Subject subject;
    subject.network.model = model_.get();
    for (const auto& name : model_->parameter_names()) {
      subject.network.params.push_back(tensors_.at(name));
    }
    for (const auto& name : model_->buffer_names()) {
      subject.network.buffers.push_back(tensors_.at(name));
    }
    subject.objective = objective.get();
    subject.sample = {tensors_.at("inputs"), tensors_.at("targets")};
    subject.chunk_size = 5;
    return probe.Measure(subject, {}).measurements.at(0).value;
  }

  void ExpectClose(const char* quantity, double measured, double tolerance) const {
    EXPECT_NEAR(measured / Expected(quantity), 1, tolerance) << measured;
  }

  const std::unique_ptr<geometry::Model> model_;
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

TEST_P(FixtureTest, TheLossIsPythons) {
  ExpectClose("loss", Measured(*geometry::MakeLossProbe()), 1e-10);
}

TEST_P(FixtureTest, GeometricComplexityIsThatOfTorchFunc) {
  ExpectClose("geometric_complexity", Measured(*geometry::MakeGeometricComplexityProbe()), 1e-10);
}

TEST_P(FixtureTest, TheLargestEigenvalueIsThatOfTheDenseHessian) {
  geometry::HessianTopOptions options;
  options.tolerance = 1e-6;  // the eigenvalue's own error is its square
  options.max_products = 500;
  ExpectClose("eigenvalue", Measured(*geometry::MakeHessianTopProbe(options)), 1e-8);
}

INSTANTIATE_TEST_SUITE_P(Networks, FixtureTest, testing::ValuesIn(kFixtures),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace geometer
