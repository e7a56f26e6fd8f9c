#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "geometer/v1/worker_service.grpc.pb.h"

namespace geometer::server {

// A client call that fails a test that hangs, and is cancelled when forgotten.
struct Call {
  Call();
  ~Call() { context.TryCancel(); }
  grpc::ClientContext context;
};

// A worker that says what a test tells it to.
class ScriptedWorker {
 public:
  // Registers.
  ScriptedWorker(const std::shared_ptr<grpc::Channel>& channel, const std::string& id,
                 uint32_t slots);

  // Opens the lease stream, anew if it is open.
  void Connect(const std::vector<int64_t>& held = {});
  // Blocks for the next message; `message_not_set` when the stream has ended.
  v1::LeaseResponse NextMessage();
  v1::Offer NextOffer() { return NextMessage().offer(); }
  void Accept(const v1::Offer& offer, uint32_t slot = 0);
  void Decline(const v1::Offer& offer, bool checkpoint_missing);
  void Say(v1::LeaseRequest request);
  grpc::Status EndOfLeases();

  // Opens the report stream, anew if it is open.
  void OpenReports();
  // Sends and blocks for the answer; empty when the stream has ended.
  v1::ReportResponse Report(v1::ReportRequest request);
  v1::AttemptReceipt Send(const v1::Record& record);
  void SendOnly(const v1::Record& record);
  v1::AttemptReceipt SendProgress(int64_t attempt_id, uint64_t step);
  v1::AttemptReceipt Attach(int64_t attempt_id);
  v1::ReportResponse NextReceipts();
  grpc::Status EndOfReports();

  const std::string& session() const { return session_; }

 private:
  std::unique_ptr<v1::WorkerService::Stub> stub_;
  std::string session_;
  std::unique_ptr<Call> lease_call_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::LeaseRequest, v1::LeaseResponse>> leases_;
  std::unique_ptr<Call> report_call_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReportRequest, v1::ReportResponse>> reports_;
};

// Records, numbered.
v1::Record LossAt(int64_t attempt_id, uint64_t sequence, uint64_t step, double value);
v1::Record FinishAs(int64_t attempt_id, uint64_t sequence, v1::Outcome outcome,
                    v1::FailureReason reason = v1::FAILURE_REASON_UNSPECIFIED);
v1::Record CheckpointAt(int64_t attempt_id, uint64_t sequence, uint64_t step,
                        const std::string& path);

}  // namespace geometer::server
