// Trains the job of a file in the product's own loop, as many updates as each line of the standard
// input asks for, and answers with their seconds:
//
//   training_steps JOB.yaml DATA [path=value …]
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "proto/contract/defaults.h"
#include "worker/trainer/batches.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/job_file.h"
#include "worker/trainer/setup.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

template <typename T>
T Checked(absl::StatusOr<T> result) {
  if (!result.ok()) throw std::runtime_error(std::string(result.status().message()));
  return *std::move(result);
}

double Seconds(const Training& training, Batches& batches, State& state, int updates) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < updates; ++i) {
    if (!MakeUpdate(training, batches.At(state.step), state)) throw std::runtime_error("diverged");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void Run(const std::string& job, const std::string& data,
         const std::vector<std::string>& overrides) {
  const v1::JobSpec spec = contract::WithDefaults(Checked(ReadJob(job, overrides)));
  KeepFreedMemory();  // as geometer-trainer does
  DatasetLoader datasets;
  const Training training = Checked(SetUp(spec, data, datasets));
  State state = InitialState(training);
  Batches batches(training);
  for (int updates; std::cin >> updates;) {
    std::cout << Seconds(training, batches, state, updates) << std::endl;
  }
}

}  // namespace
}  // namespace geometer::trainer

int main(int argc, char** argv) try {
  if (argc < 3) throw std::invalid_argument("usage: training_steps JOB.yaml DATA [path=value …]");
  geometer::trainer::Run(argv[1], argv[2], {argv + 3, argv + argc});
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "training_steps: %s\n", error.what());
  return 1;
}
