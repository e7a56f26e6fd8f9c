#include "worker/geometry/probes/lie_bracket.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isin.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/geometry/lie_bracket.h"
#include "worker/geometry/probes/stepped_loss.h"

namespace geometer::geometry {
namespace {

double Dot(const at::Tensor& a, const at::Tensor& b) { return a.dot(b).item<double>(); }
double Norm(const at::Tensor& v) { return v.norm().item<double>(); }

// A subject for each of the two losses, without decay.
using Sides = std::array<Subject, 2>;

Subject SideOf(const Subject& subject, const LossPart& part) {
  Subject side = subject;
  if (part.objective != nullptr) side.objective = part.objective.get();
  if (part.classes.empty()) return side;
  const at::Tensor wanted = at::tensor(part.classes, subject.sample.targets.options());
  const at::Tensor chosen = at::isin(subject.sample.targets, wanted).nonzero().flatten();
  if (chosen.numel() == 0) {
    throw std::invalid_argument(
        absl::StrCat("none of the sample's ", subject.sample.size(), " examples is of the classes ",
                     absl::StrJoin(part.classes, ", "), ": raise `examples` or change `classes`"));
  }
  side.sample = subject.sample.Select(chosen);
  return side;
}

Sides HalvesOf(const Subject& subject) {
  const int64_t n = subject.sample.size();
  if (n < 2) throw std::invalid_argument("a sample of one example has no halves: raise `examples`");
  Sides halves = {subject, subject};
  halves[0].sample = subject.sample.Slice(0, n / 2);
  halves[1].sample = subject.sample.Slice(n / 2, n);
  return halves;
}

Sides TasksOf(const Subject& subject) {
  Sides tasks = {subject, subject};
  tasks[1].network.model = subject.second->model;
  tasks[1].objective = subject.second->objective;
  tasks[1].sample = subject.second->sample;
  return tasks;
}

// Two means over the same examples, with one forward pass per chunk.
LossPair OnOneForwardPass(const Sides& sides, const Network& network) {
  const std::vector<Examples> chunks = Chunks(sides[0].sample, sides[0].chunk_size);
  const double weight = 1.0 / static_cast<double>(sides[0].sample.size());
  const std::array objectives = {sides[0].objective, sides[1].objective};
  return {static_cast<int64_t>(chunks.size()), [=](int64_t i) {
            const at::Tensor output = network.Forward(chunks[i].inputs, Mode::kEvaluation).output;
            const auto term = [&](const Objective* objective) {
              return objective->PerExample(output, chunks[i].targets).sum() * weight;
            };
            return std::array{term(objectives[0]), term(objectives[1])};
          }};
}

// Two means over examples of their own; the one of fewer chunks ends with zeros.
LossPair OnTheirOwn(const Sides& sides, const Network& network) {
  const auto loss_of = [&](const Subject& side) {
    Network own = network;
    own.model = side.network.model;
    return MeanLoss(own, *side.objective, side.sample, side.chunk_size);
  };
  const std::array losses = {loss_of(sides[0]), loss_of(sides[1])};
  const at::Tensor zero = at::zeros({}, network.params[0].options().requires_grad(false));
  const auto term = [zero](const ChunkedLoss& loss, int64_t i) {
    return i < loss.chunks ? loss.term(i) : zero;
  };
  return {std::max(losses[0].chunks, losses[1].chunks), [=](int64_t i) {
            return std::array{term(losses[0], i), term(losses[1], i)};
          }};
}

class LieBracketProbe : public Probe {
 public:
  explicit LieBracketProbe(LieBracketOptions options) : options_(std::move(options)) {
    TORCH_CHECK(options_.parts.empty() || options_.parts.size() == 2,
                "expected no parts or two, got ", options_.parts.size());
  }

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Sides sides = SidesOf(subject);
    const Network network = Detached(subject.network, /*track=*/true);
    const LossPair losses =
        ShareExamples() ? OnOneForwardPass(sides, network) : OnTheirOwn(sides, network);
    const Interference found = Interfere(losses, network.params, options_.interference);
    Reading reading;
    AddGradients(subject.learning_rate, found, reading);
    AddBracket(subject.learning_rate, found, reading);
    if (options_.measured) AddMeasured(SidesOf(InDouble(subject)), found.bracket, reading);
    return reading;
  }

 private:
  bool ShareExamples() const {
    return options_.parts.size() == 2 && options_.parts[0].classes == options_.parts[1].classes;
  }

  Sides SidesOf(Subject subject) const {
    subject.descent.weight_decay = 0;
    if (options_.parts.empty()) {
      return subject.second.has_value() ? TasksOf(subject) : HalvesOf(subject);
    }
    return {SideOf(subject, options_.parts[0]), SideOf(subject, options_.parts[1])};
  }

  static void AddGradients(double h, const Interference& found, Reading& reading) {
    const auto& [g1, g2] = found.gradients;
    const double conflict = Dot(g1, g2);
    for (int64_t i = 0; i < 2; ++i) {
      const double norm = Norm(found.gradients[i]);
      reading.measurements.push_back({"loss_gradient_norm", norm, i});
      reading.measurements.push_back({"flatness_term", h / 4 * norm * norm, i});
    }
    reading.measurements.push_back({"conflict", conflict});
    reading.measurements.push_back({"conflict_cosine", conflict / (Norm(g1) * Norm(g2))});
    reading.measurements.push_back({"conflict_term", h / 2 * conflict});
  }

  static void AddBracket(double h, const Interference& found, Reading& reading) {
    const auto& [g1, g2] = found.gradients;
    const double norm = Norm(found.bracket);
    reading.measurements.push_back({"bracket_norm", norm});
    reading.measurements.push_back({"relative_bracket", h / 2 * norm / Norm(g1 + g2)});
    reading.measurements.push_back({"predicted_order_difference", h * h * norm});
    for (int64_t i = 0; i < 2 && found.h2g1.has_value(); ++i) {
      const double gain = h * h * Dot(found.gradients[i], *found.h2g1);
      reading.measurements.push_back({"predicted_interference", gain, i});
    }
  }

  static void AddMeasured(const Sides& sides, const at::Tensor& bracket, Reading& reading) {
    const Landscape first = SteppedLoss(sides[0]), second = SteppedLoss(sides[1]);
    const double h = sides[0].learning_rate;
    const auto step = [h](const Landscape& loss, const at::Tensor& theta) {
      return theta - h * loss.Gradient(theta);
    };
    const at::Tensor theta = Theta(sides[0]);
    const at::Tensor after1 = step(first, theta), after2 = step(second, theta);
    const at::Tensor theta12 = step(second, after1), theta21 = step(first, after2);
    const at::Tensor together = after1 + after2 - theta;
    const at::Tensor difference = theta12 - theta21, predicted = h * h * bracket;
    reading.measurements.push_back({"order_difference", Norm(difference)});
    reading.measurements.push_back(
        {"order_difference_error", Norm(difference - predicted) / Norm(predicted)});
    int64_t index = 0;
    for (const Landscape* loss : {&first, &second}) {
      const double gain = loss->Value(theta12) - loss->Value(together);
      reading.measurements.push_back({"measured_interference", gain, index++});
    }
  }

  const LieBracketOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeLieBracketProbe(const LieBracketOptions& options) {
  return std::make_unique<LieBracketProbe>(options);
}

}  // namespace geometer::geometry
