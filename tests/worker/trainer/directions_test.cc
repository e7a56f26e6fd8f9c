// What each knob does to geometric complexity on digits (GC 4.3, 9): an MLP 64-128-128-10 from He's
// initialisation by plain descent on cross-entropy.
//
// Fixed before the first run: five seeds; values at least four times apart; the paired one-sided
// t-test of the two end points at 1 %.

#include <ATen/TensorOperators.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>
#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_folder.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/datasets.h"

namespace geometer::trainer {
namespace {

constexpr int kSeeds = 5;
constexpr double kQuantile = 3.747;  // of Student's law with 4 degrees of freedom, 1 % above it

using Overrides = std::vector<std::string>;

class DirectionsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(DataFolder() / "digits")) {
      GTEST_SKIP() << "to get it: deploy/data.sh digits";
    }
  }

  // The reports of training in `folder`.
  Recorder Train(const std::filesystem::path& folder, int seed, const Overrides& overrides) {
    Overrides all = {"data={digits: {}}",
                     "learner.model={mlp: {hidden: [128, 128]}}",
                     "learner.batches.size=32",
                     "learner.optimizer.sgd.learning_rate=0.05",
                     "checkpoint={}",
                     "stop.steps=4000",
                     "probes=[{geometric_complexity: {}, every: {steps: 100000}}]",
                     absl::StrCat("seed=", seed)};
    all.insert(all.end(), overrides.begin(), overrides.end());
    Recorder recorder;
    const v1::Finish finish = RunOnRealData(folder, Job(kMlpJob, all), recorder);
    EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
    return recorder;
  }

  // Geometric complexity at the end, by seed.
  std::vector<double> Values(const Overrides& overrides) {
    std::vector<double> values;
    for (int seed = 0; seed < kSeeds; ++seed) {
      const TemporaryFolder folder;
      values.push_back(Last(Train(folder.path(), seed, overrides), "geometric_complexity"));
    }
    return values;
  }

  static double Last(const Recorder& recorder, const std::string& quantity) {
    const std::vector<double> values = recorder.ValuesOf(quantity);
    if (values.empty()) throw std::out_of_range(quantity);
    return values.back();
  }

  // Expects that `after` is below `before`, seed by seed, and records the means of all.
  void ExpectLower(const std::vector<std::vector<double>>& runs, size_t after, size_t before) {
    double mean = 0, square = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      const double difference = runs[before][seed] - runs[after][seed];
      mean += difference / kSeeds;
      square += difference * difference / kSeeds;
    }
    const double error = std::sqrt((square - mean * mean) / (kSeeds - 1));
    EXPECT_GT(mean, kQuantile * error) << Record(runs);
  }

  std::string Record(const std::vector<std::vector<double>>& runs) {
    std::vector<std::string> means;
    for (const auto& values : runs) means.push_back(absl::StrCat(Mean(values)));
    RecordProperty("means", absl::StrJoin(means, " "));
    return absl::StrCat("means ", absl::StrJoin(means, ", "));
  }

  static double Mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }

  void ExpectFalls(const std::vector<Overrides>& knob) {
    std::vector<std::vector<double>> runs;
    for (const Overrides& value : knob) runs.push_back(Values(value));
    Record(runs);
    ExpectLower(runs, runs.size() - 1, 0);
  }

  static std::string Penalty(const std::string& method, double weight) {
    return absl::StrCat("learner.regularizers=[{", method, ", weight: ", weight, "}]");
  }
};

// GC t27: at equal rate times steps, 200.
TEST_F(DirectionsTest, AHigherLearningRateLowersComplexity) {
  std::vector<Overrides> knob;
  for (const auto& [rate, steps] : {std::pair{0.02, 10000}, {0.08, 2500}, {0.32, 625}}) {
    knob.push_back({absl::StrCat("learner.optimizer.sgd.learning_rate=", rate),
                    absl::StrCat("stop.steps=", steps)});
  }
  ExpectFalls(knob);
}

// GC t27: at equal steps.
TEST_F(DirectionsTest, SmallerBatchesLowerComplexity) {
  ExpectFalls(
      {{"learner.batches.size=256"}, {"learner.batches.size=32"}, {"learner.batches.size=4"}});
}

// GC t26.
TEST_F(DirectionsTest, L2LowersComplexity) {
  ExpectFalls({{Penalty("l2: {}", 1e-4)}, {Penalty("l2: {}", 1e-3)}, {Penalty("l2: {}", 1e-2)}});
}

// GC t26.
TEST_F(DirectionsTest, ASpectralPenaltyLowersComplexity) {
  std::vector<Overrides> knob;
  for (const double weight : {1e-3, 1e-2, 1e-1}) {
    knob.push_back({Penalty("spectral_norm: {}", weight), "stop.steps=2000"});
  }
  ExpectFalls(knob);
}

// GC t26.
TEST_F(DirectionsTest, AFlatnessPenaltyLowersComplexity) {
  ExpectFalls({{Penalty("gradient_norm: {}", 1e-3)},
               {Penalty("gradient_norm: {}", 1e-2)},
               {Penalty("gradient_norm: {}", 1e-1)}});
}

// GC t26.
TEST_F(DirectionsTest, AComplexityPenaltyLowersComplexity) {
  std::vector<Overrides> knob;
  for (const double weight : {1e-4, 1e-3, 1e-2}) {
    knob.push_back({Penalty("geometric_complexity: {}", weight), "stop.steps=2000"});
  }
  ExpectFalls(knob);
}

// GC t26.
TEST_F(DirectionsTest, FreshLabelNoiseLowersComplexity) {
  std::vector<Overrides> knob;
  for (const double share : {0.02, 0.1, 0.4}) {
    knob.push_back({absl::StrCat("learner.noise=[{labels: {}, strength: ", share, "}]")});
  }
  ExpectFalls(knob);
}

// GC t28, GC 4.3: labels corrupted for good raise it, random ones more than twofold.
TEST_F(DirectionsTest, CorruptedLabelsRaiseComplexity) {
  std::vector<std::vector<double>> runs;
  for (const double share : {0.0, 0.25, 1.0}) {
    runs.push_back(Values({absl::StrCat("data.corruption=", share), "stop.steps=20000",
                           "learner.optimizer.sgd.learning_rate=0.1"}));
  }
  Record(runs);
  ExpectLower(runs, 0, 2);
  EXPECT_GT(Mean(runs[2]), 2 * Mean(runs[0]));
}

// GC t29: the class-distance normalised variance is recorded only: it need not follow.
TEST_F(DirectionsTest, APenaltyOnTheEmbeddingLowersItsComplexityAndGeometricCollapse) {
  const char* quantities[] = {"embedding_complexity", "gcol_pair", "cdnv_mean"};
  std::vector<std::vector<double>> runs[3];
  for (const double weight : {1e-4, 1e-2}) {
    const Overrides overrides = {
        Penalty("geometric_complexity: {target: embedding, projections: 2}", weight),
        "probes=[{neural_collapse: {geometric_collapse: true}, examples: 500, every: {steps: "
        "100000}}, {geometric_complexity: {output: embedding}, examples: 500, every: {steps: "
        "100000}}]",
        "stop.steps=2000"};
    for (auto& values : runs) values.emplace_back();
    for (int seed = 0; seed < kSeeds; ++seed) {
      const TemporaryFolder folder;
      const Recorder recorder = Train(folder.path(), seed, overrides);
      for (int i = 0; i < 3; ++i) runs[i].back().push_back(Last(recorder, quantities[i]));
    }
  }
  for (int i = 0; i < 3; ++i) {
    RecordProperty(quantities[i], absl::StrCat(Mean(runs[i][0]), " ", Mean(runs[i][1])));
    if (i < 2) ExpectLower(runs[i], 1, 0);
  }
}

// The share of digits 7, 8, 9 whose nearest mean, of five embedded examples of each, is right: by
// the network that training left in `folder`.
double FiveShotAccuracy(const std::filesystem::path& folder) {
  v1::Dataset spec =
      Job(kMlpJob, {"data={digits: {train: 300, validation: 0, test: 100}, classes: [7, 8, 9]}"})
          .data(0);
  const auto data = DatasetLoader().Load(spec, {DataFolder(), /*seed=*/0});
  const geometry::NamedTensors weights = WeightsIn(folder);
  at::Tensor h = data->train.All().inputs.flatten(1);
  for (const size_t layer : {0, 2}) {
    h = at::relu(at::linear(h, weights[layer].tensor, weights[layer + 1].tensor));
  }
  const at::Tensor labels = data->train.targets();
  geometry::Tensors means;
  for (int64_t c = 0; c < 3; ++c) {
    means.push_back(h.index_select(0, (labels == c).nonzero().flatten().slice(0, 0, 5)).mean(0));
  }
  const at::Tensor nearest = at::cdist(h, at::stack(means)).argmin(1);
  return (nearest == labels).to(at::kDouble).mean().item<double>();
}

// GC t30: along the sweep of L2 the embedding's complexity must fall. Few-shot accuracy on other
// digits is recorded only; here it fell too, against the paper's claim.
TEST_F(DirectionsTest, L2LowersASourcesEmbeddingComplexity) {
  const std::string probes =
      "probes=[{geometric_complexity: {output: embedding}, every: {steps: 100000}}]";
  std::vector<std::vector<double>> complexities, accuracies;
  for (const double weight : {1e-4, 1e-3, 1e-2}) {
    complexities.emplace_back();
    accuracies.emplace_back();
    for (int seed = 0; seed < kSeeds; ++seed) {
      const TemporaryFolder folder;
      const Overrides overrides = {
          "data={digits: {train: 700, validation: 100, test: 200}, classes: [0, 1, 2, 3, 4, 5, 6]}",
          Penalty("l2: {}", weight), probes};
      complexities.back().push_back(
          Last(Train(folder.path(), seed, overrides), "embedding_complexity"));
      accuracies.back().push_back(FiveShotAccuracy(folder.path()));
    }
    RecordProperty(absl::StrCat("accuracy_", weight), absl::StrCat(Mean(accuracies.back())));
  }
  Record(complexities);
  ExpectLower(complexities, 2, 0);
}

}  // namespace
}  // namespace geometer::trainer
