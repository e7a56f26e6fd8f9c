// The cost of each probe in units of fb: one forward and one backward pass of the same network over
// the same sample, taken before and after each repetition. Process CPU time on one thread, so that
// neighbours on the machine matter little. Options are Google Benchmark's.
//
//   GEOMETER_PROBLEMS=FOLDER geometry_benchmark      (the folder of geometry_problems)
//
// Counters: `fb`, the row's time in fb; `products`, curvature products per measurement.
#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>

#include "tests/benchmarks/geometry/problems.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/curvature.h"
#include "worker/geometry/example_gradients.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/hessian_top.h"
#include "worker/geometry/probes/lie_bracket.h"
#include "worker/geometry/probes/neural_collapse.h"
#include "worker/geometry/probes/trace.h"
#include "worker/trainer/environment.h"

namespace geometer::geometry {
namespace {

constexpr double kLeastSeconds = 0.1;  // of the passes that fb is the mean of

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename Work>
double Seconds(const Work& work) {
  const double start = CpuSeconds();
  work();
  return CpuSeconds() - start;
}

double ForwardBackward(const Subject& subject) {
  double spent = 0;
  int passes = 0;
  for (; spent < kLeastSeconds; ++passes) {
    spent += Seconds([&] {
      const Evaluation here =
          Evaluate(subject.network, *subject.objective, subject.sample, Mode::kTraining);
      Gradient(here.loss, subject.network.params);
    });
  }
  return spent / passes;
}

// Seconds of one measurement, and the products spent in it, if any.
struct Cost {
  double seconds;
  double products = 0;
};
using Row = std::function<Cost(const Problem&)>;

double Products(const Reading& reading) {
  return static_cast<double>(reading.measurements[0].samples.value_or(0));
}

Cost Measure(const Probe& probe, const Subject& subject) {
  Reading reading;
  const double seconds = Seconds([&] { reading = probe.Measure(subject, {}); });
  return {seconds, Products(reading)};
}

Row Of(std::shared_ptr<const Probe> probe) {
  return [probe](const Problem& problem) { return Measure(*probe, problem.AtLast()); };
}

Cost Product(const Problem& problem) {
  const Subject subject = problem.AtLast();
  const SymmetricOperator multiply = MakeCurvature(
      Curvature::kHessian, subject.network, *subject.objective, subject.sample, subject.chunk_size);
  const at::Tensor v = at::randn({Flatten(subject.network.params).numel()});
  multiply(v);
  return {Seconds([&] { multiply(v); }), 1};
}

Cost ExampleGradients(const Problem& problem) {
  const Subject subject = problem.AtLast();
  return {Seconds(
      [&] { ExampleGradientSquares(subject.network, *subject.objective, subject.sample); })};
}

// Of cross-entropy and squared error over the whole sample.
std::unique_ptr<Probe> LieBracket() {
  return MakeLieBracketProbe(
      {.parts = {{{}, MakeCrossEntropy()}, {{}, MakeMeanSquaredError()}}, .interference = false});
}

// The mean over all snapshots but the first, each started with what was found 100 steps before.
Cost WarmStarted(const Problem& problem) {
  const auto probe = MakeHessianTopProbe({.k = 5});
  Reading reading = probe->Measure(problem.At(0), {});
  Cost sum{0};
  for (size_t i = 1; i < problem.snapshots.size(); ++i) {
    const Subject subject = problem.At(i);
    sum.seconds += Seconds([&] { reading = probe->Measure(subject, reading.warm_start); });
    sum.products += Products(reading);
  }
  const auto count = static_cast<double>(problem.snapshots.size() - 1);
  return {sum.seconds / count, sum.products / count};
}

void Run(benchmark::State& state, const Problem& problem, const Row& row) {
  const Subject subject = problem.AtLast();
  for (auto _ : state) {
    const double before = ForwardBackward(subject);
    const Cost cost = row(problem);
    const double fb = (before + ForwardBackward(subject)) / 2;
    state.SetIterationTime(cost.seconds);
    state.counters["fb"] = cost.seconds / fb;
    state.counters["products"] = cost.products;
  }
}

void Register(const std::string& name, const Problem& problem, const Row& row, int repetitions) {
  benchmark::RegisterBenchmark(
      (problem.name + "/" + name).c_str(),
      [&problem, row](benchmark::State& state) { Run(state, problem, row); })
      ->UseManualTime()
      ->Iterations(1)
      ->Repetitions(repetitions)
      ->ReportAggregatesOnly()
      ->Unit(benchmark::kMillisecond);
}

void RegisterAll(const Problem& problem) {
  constexpr int kFew = 3, kMany = 9;
  Register("hessian_product", problem, Product, kMany);
  Register("top5_cold", problem, Of(MakeHessianTopProbe({.k = 5})), kFew);
  Register("top5_warm", problem, WarmStarted, kFew);
  Register("trace", problem, Of(MakeTraceProbe({})), kFew);
  Register("complexity_exact", problem, Of(MakeGeometricComplexityProbe()), kMany);
  Register("complexity_one_probe", problem,
           Of(MakeGeometricComplexityProbe({.norms = {JacobianMethod::kRademacher, 1}})), kMany);
  Register("example_gradients", problem, ExampleGradients, kMany);
  Register("lie_bracket", problem, Of(LieBracket()), kMany);
  Register("neural_collapse", problem, Of(MakeNeuralCollapseProbe({})), kMany);
}

}  // namespace
}  // namespace geometer::geometry

int main(int argc, char** argv) {
  const char* folder = std::getenv("GEOMETER_PROBLEMS");
  if (folder == nullptr) return std::fputs("GEOMETER_PROBLEMS names no folder\n", stderr), 1;
  geometer::trainer::MakeDeterministic(/*threads=*/1);
  geometer::trainer::KeepFreedMemory();
  const auto mlp = geometer::geometry::Read("mlp", folder);
  const auto conv = geometer::geometry::Read("conv", folder);
  geometer::geometry::RegisterAll(mlp);
  geometer::geometry::RegisterAll(conv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
