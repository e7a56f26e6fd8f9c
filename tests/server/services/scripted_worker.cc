#include "tests/server/services/scripted_worker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "proto/contract/digest.h"

namespace geometer::server {

Call::Call() { context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20)); }

ScriptedWorker::ScriptedWorker(const std::shared_ptr<grpc::Channel>& channel, const std::string& id,
                               uint32_t slots)
    : stub_(v1::WorkerService::NewStub(channel)) {
  Call call;
  v1::RegisterRequest request;
  request.set_worker_id(id);
  request.set_slots(slots);
  request.add_devices(v1::DEVICE_CPU);
  request.set_contract_digest(contract::ContractDigest());
  request.set_metrics_address("127.0.0.1:9");
  v1::RegisterResponse response;
  const grpc::Status status = stub_->Register(&call.context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  session_ = response.session();
}

void ScriptedWorker::Connect(const std::vector<int64_t>& held) {
  leases_ = nullptr;
  lease_call_ = std::make_unique<Call>();
  leases_ = stub_->Lease(&lease_call_->context);
  v1::LeaseRequest request;
  request.mutable_held()->mutable_attempt_ids()->Assign(held.begin(), held.end());
  Say(std::move(request));
}

v1::LeaseResponse ScriptedWorker::NextMessage() {
  v1::LeaseResponse response;
  if (!leases_->Read(&response)) response.Clear();
  return response;
}

void ScriptedWorker::Accept(const v1::Offer& offer, uint32_t slot) {
  v1::LeaseRequest request;
  request.mutable_accept()->set_attempt_id(offer.attempt_id());
  request.mutable_accept()->set_slot(slot);
  Say(std::move(request));
}

void ScriptedWorker::Decline(const v1::Offer& offer, bool checkpoint_missing) {
  v1::LeaseRequest request;
  request.mutable_decline()->set_attempt_id(offer.attempt_id());
  request.mutable_decline()->set_checkpoint_missing(checkpoint_missing);
  Say(std::move(request));
}

void ScriptedWorker::Say(v1::LeaseRequest request) {
  request.set_session(session_);
  leases_->Write(request);
}

grpc::Status ScriptedWorker::EndOfLeases() {
  while (NextMessage().message_case() != v1::LeaseResponse::MESSAGE_NOT_SET) {
  }
  return leases_->Finish();
}

void ScriptedWorker::OpenReports() {
  reports_ = nullptr;
  report_call_ = std::make_unique<Call>();
  reports_ = stub_->Report(&report_call_->context);
}

v1::ReportResponse ScriptedWorker::Report(v1::ReportRequest request) {
  if (reports_ == nullptr) OpenReports();
  request.set_session(session_);
  reports_->Write(request);
  return NextReceipts();
}

v1::AttemptReceipt ScriptedWorker::Send(const v1::Record& record) {
  v1::ReportRequest request;
  *request.add_records() = record;
  const v1::ReportResponse response = Report(std::move(request));
  return response.receipts().empty() ? v1::AttemptReceipt() : response.receipts(0);
}

void ScriptedWorker::SendOnly(const v1::Record& record) {
  v1::ReportRequest request;
  request.set_session(session_);
  *request.add_records() = record;
  reports_->Write(request);
}

v1::AttemptReceipt ScriptedWorker::SendProgress(int64_t attempt_id, uint64_t step) {
  v1::ReportRequest request;
  v1::AttemptProgress& progress = *request.add_progress();
  progress.set_attempt_id(attempt_id);
  progress.mutable_progress()->set_step(step);
  const v1::ReportResponse response = Report(std::move(request));
  return response.receipts().empty() ? v1::AttemptReceipt() : response.receipts(0);
}

v1::AttemptReceipt ScriptedWorker::Attach(int64_t attempt_id) {
  v1::ReportRequest request;
  request.add_attach(attempt_id);
  const v1::ReportResponse response = Report(std::move(request));
  return response.receipts().empty() ? v1::AttemptReceipt() : response.receipts(0);
}

v1::ReportResponse ScriptedWorker::NextReceipts() {
  v1::ReportResponse response;
  if (!reports_->Read(&response)) response.Clear();
  return response;
}

grpc::Status ScriptedWorker::EndOfReports() {
  while (!NextReceipts().receipts().empty()) {
  }
  return reports_->Finish();
}

v1::Record LossAt(int64_t attempt_id, uint64_t sequence, uint64_t step, double value) {
  v1::Record record;
  record.set_attempt_id(attempt_id);
  record.set_sequence(sequence);
  v1::Points& points = *record.mutable_points();
  v1::Series& series = *points.add_series();
  series.set_probe("loss");
  series.set_quantity("loss");
  series.set_split(v1::SPLIT_TRAIN);
  points.add_series_index(0);
  points.add_step(step);
  points.add_value(value);
  return record;
}

v1::Record FinishAs(int64_t attempt_id, uint64_t sequence, v1::Outcome outcome,
                    v1::FailureReason reason) {
  v1::Record record;
  record.set_attempt_id(attempt_id);
  record.set_sequence(sequence);
  record.mutable_finish()->set_outcome(outcome);
  record.mutable_finish()->set_reason(reason);
  record.mutable_finish()->set_step(10);
  return record;
}

v1::Record CheckpointAt(int64_t attempt_id, uint64_t sequence, uint64_t step,
                        const std::string& path) {
  v1::Record record;
  record.set_attempt_id(attempt_id);
  record.set_sequence(sequence);
  record.mutable_checkpoint()->set_step(step);
  record.mutable_checkpoint()->set_path(path);
  return record;
}

}  // namespace geometer::server
