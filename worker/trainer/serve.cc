#include "worker/trainer/serve.h"

#include <ATen/ops/zeros.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <exception>

#include "proto/contract/delimited.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/trainer/attempt.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/failures.h"

namespace geometer::trainer {
namespace {

// Makes LibTorch load and create what it does on first use of a device.
void WarmUp(const at::Device& device) {
  geometry::MlpOptions options;
  options.inputs = options.outputs = 1;
  const auto model = geometry::MakeMlp(options);
  const auto objective = geometry::MakeCrossEntropy();
  const geometry::Variables variables =
      model->Initialize(/*seed=*/0, at::TensorOptions(device).dtype(at::kFloat));
  const geometry::Network network =
      geometry::Detached({model.get(), variables.parameters, variables.buffers}, /*track=*/true);
  const geometry::Examples batch{at::zeros({1, 1}, at::TensorOptions(device).dtype(at::kFloat)),
                                 at::zeros({1}, at::TensorOptions(device).dtype(at::kLong))};
  const auto evaluation = geometry::Evaluate(network, *objective, batch, geometry::Mode::kTraining);
  geometry::Gradient(evaluation.loss, network.params);
}

// A device that is full or broken must not end the trainer: its attempts fail, and say why.
void TryToWarmUp(const at::Device& device) {
  try {
    WarmUp(device);
  } catch (const std::exception& exception) {
    spdlog::error("{}", std::string(ToStatus(exception).message()));
  }
}

// The worker at the other end of a socket.
class Worker : public Supervisor {
 public:
  explicit Worker(int fd) : fd_(fd), reader_(fd) {}

  // A report that can't be sent means that the worker is gone: the next Poll or Next says so.
  void Report(const v1::TrainerReport& report) override {
    if (const absl::Status status = contract::WriteDelimited(fd_, report); !status.ok()) {
      spdlog::warn("a report was lost: {}", std::string(status.message()));
    }
  }

  Request Poll() override {
    if (!Readable()) return Request::kNone;
    v1::TrainerCommand command;
    return Next(command) ? ToRequest(command) : Request::kCancel;
  }

  // Waits for the next command; false when the stream has ended or is broken.
  bool Next(v1::TrainerCommand& command) {
    if (ended_) return false;
    const absl::StatusOr<bool> any = reader_.Next(command);
    if (!any.ok()) spdlog::error("the worker's stream: {}", std::string(any.status().message()));
    broken_ = !any.ok();
    ended_ = broken_ || !*any;
    return !ended_;
  }

  bool broken() const { return broken_; }

 private:
  bool Readable() const {
    if (ended_ || reader_.has_buffered()) return true;
    pollfd state{fd_, POLLIN, 0};
    return poll(&state, 1, /*timeout=*/0) > 0;
  }

  static Request ToRequest(const v1::TrainerCommand& command) {
    switch (command.command_case()) {
      case v1::TrainerCommand::kCancel:
        return Request::kCancel;
      case v1::TrainerCommand::kCheckpoint:
        return Request::kCheckpoint;
      case v1::TrainerCommand::kPreempt:
        return Request::kPreempt;
      case v1::TrainerCommand::kStart:
        spdlog::error("told to start an attempt while one is running");
        return Request::kNone;
      case v1::TrainerCommand::COMMAND_NOT_SET:
        return Request::kNone;
    }
    return Request::kNone;
  }

  const int fd_;
  contract::DelimitedReader reader_;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace

int Serve(int fd, const at::Device& device) {
  TryToWarmUp(device);
  Worker worker(fd);
  v1::TrainerReport ready;
  ready.mutable_ready()->set_torch_version(TorchVersion());
  worker.Report(ready);

  DatasetLoader datasets;
  for (v1::TrainerCommand command; worker.Next(command);) {
    if (!command.has_start()) continue;  // a request that came after its attempt's end
    v1::TrainerReport report;
    *report.mutable_finish() = RunAttempt(command.start(), datasets, worker);
    worker.Report(report);
    ReleaseFreedMemory();
  }
  return worker.broken() ? 1 : 0;
}

}  // namespace geometer::trainer
