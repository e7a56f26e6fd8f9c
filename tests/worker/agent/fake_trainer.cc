// Stands in for geometer-trainer: speaks its protocol and behaves as the job's name says.

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "geometer/v1/trainer.pb.h"
#include "proto/contract/delimited.h"

namespace geometer {
namespace {

constexpr int kSocket = 3;
constexpr int kPoints = 100;

void Send(const v1::TrainerReport& report) {
  if (!contract::WriteDelimited(kSocket, report).ok()) std::_Exit(1);
}

void SendPoints(uint64_t step) {
  v1::TrainerReport report;
  v1::Points& points = *report.mutable_points();
  points.add_series()->set_quantity("loss");
  for (int i = 0; i < kPoints; ++i) {
    points.add_series_index(0);
    points.add_step(step + i);
    points.add_value(0.5);
  }
  Send(report);
}

void SendProgress(uint64_t step) {
  v1::TrainerReport report;
  report.mutable_progress()->set_step(step);
  Send(report);
}

void SendCheckpoint(const std::string& directory, uint64_t step) {
  v1::TrainerReport report;
  report.mutable_checkpoint()->set_step(step);
  report.mutable_checkpoint()->set_path(directory + "/checkpoint");
  std::ofstream(report.checkpoint().path()) << "state";
  Send(report);
}

void SendArtifact(const std::string& name) {
  v1::TrainerReport report;
  report.mutable_artifact()->set_name(name);
  Send(report);
}

void SendFinish(v1::Outcome outcome, v1::FailureReason reason = {}) {
  v1::TrainerReport report;
  report.mutable_finish()->set_outcome(outcome);
  report.mutable_finish()->set_reason(reason);
  Send(report);
}

// Runs until it is told to end.
void ObeyCommands(const std::string& directory, contract::DelimitedReader& commands) {
  v1::TrainerCommand command;
  SendProgress(7);
  for (int step = 8; *commands.Next(command); ++step) {
    if (command.has_cancel()) return SendFinish(v1::OUTCOME_CANCELLED);
    SendCheckpoint(directory, step);
    if (command.has_preempt()) return SendFinish(v1::OUTCOME_FAILED, v1::FAILURE_REASON_PREEMPTED);
  }
  std::_Exit(0);
}

void Succeed(const std::string& directory) {
  std::ofstream(directory + "/weights.safetensors") << "weights";
  SendPoints(0);
  SendCheckpoint(directory, kPoints);
  SendArtifact("weights.safetensors");
  SendFinish(v1::OUTCOME_SUCCEEDED);
}

void Print(const std::string& device) {
  std::printf("threads=%s\ndevice=%s\nnot UTF-8: \xff\n", std::getenv("OMP_NUM_THREADS"),
              device.c_str());
  std::fflush(stdout);
}

void RunAttempt(const v1::StartAttempt& start, const std::string& device,
                contract::DelimitedReader& commands) {
  const std::string& behaviour = start.spec().name();
  if (behaviour == "succeed") return Succeed(start.directory());
  if (behaviour == "obey") return ObeyCommands(start.directory(), commands);
  if (behaviour == "print and wait") {
    Print(device);
    return ObeyCommands(start.directory(), commands);
  }
  if (behaviour == "run out of memory") {
    return SendFinish(v1::OUTCOME_FAILED, v1::FAILURE_REASON_OUT_OF_MEMORY);
  }
  if (behaviour == "name a foreign file") return SendArtifact("../spool");
  SendPoints(0);
  if (behaviour == "crash within a report") write(kSocket, "\x03\x0a", 2);
  if (behaviour.starts_with("crash")) {
    std::signal(SIGSEGV, SIG_DFL);  // sanitizers turn the signal into an exit code
    std::raise(SIGSEGV);
  }
  if (behaviour == "exit") std::_Exit(3);
  if (behaviour == "garbage") write(kSocket, "\x03\xff\xff\xff", 4);
  if (behaviour == "oversized") write(kSocket, "\xff\xff\xff\xff\x7f", 5);
  pause();
}

void Serve(const std::string& device) {
  if (std::getenv("FAKE_TRAINER_DIES") != nullptr) std::_Exit(4);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  v1::TrainerReport ready;
  ready.mutable_ready();
  Send(ready);
  contract::DelimitedReader commands(kSocket);
  v1::TrainerCommand command;
  while (*commands.Next(command)) {
    if (command.has_start()) RunAttempt(command.start(), device, commands);
  }
}

}  // namespace
}  // namespace geometer

// As the real one is called: serve --fd 3 --device DEVICE.
int main(int argc, char** argv) {
  if (argc != 6 || std::string(argv[3]) != "3") return 2;
  geometer::Serve(argv[5]);
  return 0;
}
