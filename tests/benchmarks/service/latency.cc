// Latency of the service, against a running server: median over repetitions.
//
//   SubmitToFirstStep       from SubmitJob to the first completed update, as a watcher sees it.
//                           Needs an idle worker with a warm trainer and the digits data set.
//   ReportToDurable/points  from a worker's write of one record to its durable acknowledgement: one
//                           synced commit included. Plays the worker; needs a server without one.
//
// Run through latency.py, which starts what each needs.
#include <benchmark/benchmark.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

#include "geometer/v1/job_service.grpc.pb.h"
#include "geometer/v1/worker_service.grpc.pb.h"
#include "proto/channel/channel.h"
#include "proto/contract/digest.h"
#include "proto/contract/yaml.h"

namespace geometer {
namespace {

constexpr int kRepetitions = 51;
using Clock = std::chrono::steady_clock;

void Check(const grpc::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error_message());
}

std::shared_ptr<grpc::Channel> Server() {
  static const auto channel = channel::MakeChannel(std::getenv("GEOMETER_SERVER")).value();
  return channel;
}

int64_t Submit(v1::JobService::Stub& jobs, const std::string& steps) {
  v1::SubmitJobRequest request;
  const std::string yaml =
      "name: latency\ndata: {digits: {}}\nlearner:\n  model: {mlp: {hidden: [32]}}\n"
      "  objective: {cross_entropy: {}}\n  optimizer: {sgd: {learning_rate: 0.1}}\nstop: {steps: " +
      steps + "}\n";
  *request.mutable_spec() = contract::ParseJob(yaml, "latency.yaml").value();
  request.set_request_id(std::to_string(std::random_device()()) + "-" +
                         std::to_string(Clock::now().time_since_epoch().count()));
  grpc::ClientContext context;
  v1::SubmitJobResponse response;
  Check(jobs.SubmitJob(&context, request, &response));
  return response.job().id();
}

void SubmitToFirstStep(benchmark::State& state) {
  const auto jobs = v1::JobService::NewStub(Server());
  for (auto _ : state) {
    const auto start = Clock::now();
    v1::WatchJobRequest request;
    request.set_job_id(Submit(*jobs, "1"));
    grpc::ClientContext context;
    const auto watch = jobs->WatchJob(&context, request);
    v1::WatchJobResponse update;
    bool stepped = false;
    while (watch->Read(&update)) {  // to the end of the job, so that the worker is idle again
      if (stepped || update.job().progress().step() < 1) continue;
      stepped = true;
      state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count());
    }
    Check(watch->Finish());
    if (!stepped) state.SkipWithError("the job ended without a step");
  }
}
BENCHMARK(SubmitToFirstStep)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

// A worker that holds one attempt and reports records of it.
class ScriptedWorker {
 public:
  ScriptedWorker()
      : stub_(v1::WorkerService::NewStub(Server())),
        lease_(stub_->Lease(&lease_context_)),
        report_(stub_->Report(&report_context_)) {
    Register();
    v1::LeaseRequest held;
    held.set_session(session_);
    held.mutable_held();
    lease_->Write(held);
    Submit(*v1::JobService::NewStub(Server()), "1000000");
    v1::LeaseResponse offer;
    if (!lease_->Read(&offer)) Check(lease_->Finish());
    attempt_ = offer.offer().attempt_id();
    v1::LeaseRequest accept;
    accept.set_session(session_);
    accept.mutable_accept()->set_attempt_id(attempt_);
    lease_->Write(accept);
  }

  ~ScriptedWorker() {
    lease_context_.TryCancel();
    report_context_.TryCancel();
  }

  // Returns when a record of `points` points is durable.
  void Report(int points) {
    v1::ReportRequest request;
    request.set_session(session_);
    v1::Record& record = *request.add_records();
    record.set_attempt_id(attempt_);
    record.set_sequence(++sequence_);
    FillPoints(points, *record.mutable_points());
    report_->Write(request);
    v1::ReportResponse response;
    do {
      if (!report_->Read(&response)) Check(report_->Finish());
    } while (response.receipts().empty() || response.receipts(0).durable_sequence() < sequence_);
  }

 private:
  void Register() {
    v1::RegisterRequest request;
    request.set_worker_id("latency-benchmark");
    request.set_slots(1);
    request.add_devices(v1::DEVICE_CPU);
    request.set_contract_digest(contract::ContractDigest());
    grpc::ClientContext context;
    v1::RegisterResponse response;
    Check(stub_->Register(&context, request, &response));
    session_ = response.session();
  }

  void FillPoints(int count, v1::Points& points) {
    points.add_series()->set_quantity("loss");
    points.mutable_series(0)->set_probe("loss");
    for (int i = 0; i < count; ++i) {
      points.add_series_index(0);
      points.add_step(++step_);
      points.add_value(1.0 / static_cast<double>(step_));
    }
  }

  std::unique_ptr<v1::WorkerService::Stub> stub_;
  grpc::ClientContext lease_context_;
  grpc::ClientContext report_context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::LeaseRequest, v1::LeaseResponse>> lease_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReportRequest, v1::ReportResponse>> report_;
  std::string session_;
  int64_t attempt_ = 0;
  uint64_t sequence_ = 0;
  uint64_t step_ = 0;
};

void ReportToDurable(benchmark::State& state) {
  static ScriptedWorker worker;
  for (auto _ : state) worker.Report(static_cast<int>(state.range(0)));
}
BENCHMARK(ReportToDurable)
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->UseRealTime()
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace geometer

BENCHMARK_MAIN();
