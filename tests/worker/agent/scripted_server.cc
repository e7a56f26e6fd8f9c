#include "tests/worker/agent/scripted_server.h"

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/channel/status.h"

namespace geometer::worker {
namespace {

// One read and one write at a time; ended once.
template <typename Request, typename Response>
class ScriptedStream : public grpc::ServerBidiReactor<Request, Response> {
 public:
  void Send(Response response) {
    MutexLock lock(mutex_);
    queue_.push_back(std::move(response));
    Advance();
  }
  void Close(const absl::Status& status) {
    MutexLock lock(mutex_);
    if (!closing_) closing_ = status;
    Advance();
  }

 protected:
  Request request_;

 private:
  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) queue_.clear();
    if (!queue_.empty()) queue_.pop_front();
    Advance();
  }
  void Advance() REQUIRES(mutex_) {
    if (writing_ || finished_) return;
    if (!queue_.empty()) {
      writing_ = true;
      this->StartWrite(&queue_.front());
    } else if (closing_) {
      finished_ = true;
      this->Finish(channel::ToGrpc(*closing_));
    }
  }

  Mutex mutex_;
  std::deque<Response> queue_ GUARDED_BY(mutex_);
  bool writing_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> closing_ GUARDED_BY(mutex_);
};

}  // namespace

class ScriptedServer::LeaseStream final
    : public ScriptedStream<v1::LeaseRequest, v1::LeaseResponse> {
 public:
  explicit LeaseStream(Service& service) : service_(service) { StartRead(&request_); }

 private:
  void OnReadDone(bool ok) override;
  void OnDone() override;

  Service& service_;
};

class ScriptedServer::ReportStream final
    : public ScriptedStream<v1::ReportRequest, v1::ReportResponse> {
 public:
  explicit ReportStream(Service& service) : service_(service) { StartRead(&request_); }

 private:
  void OnReadDone(bool ok) override;
  void OnDone() override;

  Service& service_;
};

class ScriptedServer::Service final : public v1::WorkerService::CallbackService {
 public:
  explicit Service(Changes& changes) : changes_(changes) {}

  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const v1::RegisterRequest*,
                                     v1::RegisterResponse* response) override {
    {
      MutexLock lock(mutex_);
      session_ = absl::StrCat("session-", ++registrations_);
      response->set_session(session_);
    }
    changes_.Count();
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<v1::LeaseRequest, v1::LeaseResponse>* Lease(
      grpc::CallbackServerContext*) override {
    MutexLock lock(mutex_);
    return *leases_.insert(new LeaseStream(*this)).first;
  }
  grpc::ServerBidiReactor<v1::ReportRequest, v1::ReportResponse>* Report(
      grpc::CallbackServerContext*) override {
    MutexLock lock(mutex_);
    return *reports_.insert(new ReportStream(*this)).first;
  }

  absl::Status Check(const std::string& session) {
    MutexLock lock(mutex_);
    return session == session_ ? absl::OkStatus() : absl::NotFoundError("register again");
  }

  v1::ReportResponse Take(const v1::ReportRequest& request) {
    MutexLock lock(mutex_);
    std::set<int64_t> mentioned(request.attach().begin(), request.attach().end());
    for (const v1::AttemptProgress& progress : request.progress()) {
      mentioned.insert(progress.attempt_id());
      elapsed_[progress.attempt_id()] = progress.progress().elapsed_seconds();
    }
    for (const v1::Record& record : request.records()) {
      Keep(record);
      mentioned.insert(record.attempt_id());
    }
    v1::ReportResponse response;
    if (withhold_) return response;
    for (const int64_t id : mentioned) {
      v1::AttemptReceipt& receipt = *response.add_receipts();
      receipt.set_attempt_id(id);
      receipt.set_durable_sequence(durable_[id]);
      receipt.set_directive(directives_[id]);
    }
    return response;
  }

  Changes& changes_;
  Mutex mutex_;
  std::string session_ GUARDED_BY(mutex_);
  int registrations_ GUARDED_BY(mutex_) = 0;
  int repeats_ GUARDED_BY(mutex_) = 0;
  int gaps_ GUARDED_BY(mutex_) = 0;
  bool withhold_ GUARDED_BY(mutex_) = false;
  std::set<LeaseStream*> leases_ GUARDED_BY(mutex_);
  std::set<ReportStream*> reports_ GUARDED_BY(mutex_);
  std::vector<v1::LeaseRequest> lease_requests_ GUARDED_BY(mutex_);
  std::map<int64_t, std::vector<v1::Record>> records_ GUARDED_BY(mutex_);
  std::map<int64_t, uint64_t> durable_ GUARDED_BY(mutex_);
  std::map<int64_t, v1::Directive> directives_ GUARDED_BY(mutex_);
  std::map<int64_t, double> elapsed_ GUARDED_BY(mutex_);  // of heartbeats

 private:
  void Keep(const v1::Record& record) REQUIRES(mutex_) {
    uint64_t& durable = durable_[record.attempt_id()];
    if (record.sequence() <= durable) {
      ++repeats_;
    } else if (record.sequence() > durable + 1) {
      ++gaps_;
    } else {
      ++durable;
      records_[record.attempt_id()].push_back(record);
    }
  }
};

// Sends its bytes in two parts, unless they are withheld; ends when the client leaves, too.
class WeightsStream final : public grpc::ServerWriteReactor<v1::ReadArtifactResponse> {
 public:
  WeightsStream(const std::string& bytes, bool withhold) : rest_(bytes) {
    if (!withhold) WriteHalf();
  }

 private:
  void WriteHalf() {
    part_.set_data(rest_.substr(0, (rest_.size() + 1) / 2));
    rest_.erase(0, part_.data().size());
    StartWrite(&part_);
  }
  void OnWriteDone(bool ok) override {
    if (ok && !rest_.empty()) return WriteHalf();
    End(grpc::Status::OK);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
  void End(const grpc::Status& status) {
    if (!ended_.exchange(true)) Finish(status);
  }

  std::string rest_;
  v1::ReadArtifactResponse part_;
  std::atomic<bool> ended_ = false;
};

class NoWeights final : public grpc::ServerWriteReactor<v1::ReadArtifactResponse> {
 public:
  explicit NoWeights(const grpc::Status& status) { Finish(status); }

 private:
  void OnDone() override { delete this; }
};

class ScriptedServer::Results final : public v1::ResultService::CallbackService {
 public:
  explicit Results(Changes& changes) : changes_(changes) {}

  grpc::ServerWriteReactor<v1::ReadArtifactResponse>* ReadArtifact(
      grpc::CallbackServerContext*, const v1::ReadArtifactRequest*) override {
    changes_.Count();
    MutexLock lock(mutex_);
    ++requests_;
    if (refusal_) return new NoWeights(*std::exchange(refusal_, std::nullopt));
    if (!weights_) return new NoWeights(grpc::Status(grpc::StatusCode::NOT_FOUND, "no artifact"));
    return new WeightsStream(*weights_, withhold_);
  }

  Changes& changes_;
  Mutex mutex_;
  std::optional<std::string> weights_ GUARDED_BY(mutex_);
  bool withhold_ GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> refusal_ GUARDED_BY(mutex_);
  int requests_ GUARDED_BY(mutex_) = 0;
};

void ScriptedServer::LeaseStream::OnReadDone(bool ok) {
  if (!ok) return Close(absl::OkStatus());
  if (const absl::Status status = service_.Check(request_.session()); !status.ok()) {
    return Close(status);
  }
  {
    MutexLock lock(service_.mutex_);
    service_.lease_requests_.push_back(request_);
  }
  StartRead(&request_);
  service_.changes_.Count();
}

void ScriptedServer::LeaseStream::OnDone() {
  {
    MutexLock lock(service_.mutex_);
    service_.leases_.erase(this);
  }
  delete this;
}

void ScriptedServer::ReportStream::OnReadDone(bool ok) {
  if (!ok) return Close(absl::OkStatus());
  if (const absl::Status status = service_.Check(request_.session()); !status.ok()) {
    return Close(status);
  }
  Send(service_.Take(request_));
  StartRead(&request_);
  service_.changes_.Count();
}

void ScriptedServer::ReportStream::OnDone() {
  {
    MutexLock lock(service_.mutex_);
    service_.reports_.erase(this);
  }
  delete this;
}

ScriptedServer::ScriptedServer()
    : service_(std::make_unique<Service>(changes_)), results_(std::make_unique<Results>(changes_)) {
  auto listening = channel::StartServer("127.0.0.1:0", {service_.get(), results_.get()});
  server_ = std::move(listening->server);
  address_ = listening->address.ToString();
}

ScriptedServer::~ScriptedServer() {
  Break(absl::UnavailableError("the test is over"));
  server_->Shutdown();
}

// Streams delete themselves without the lock, so they exist while it is held.
void ScriptedServer::Break(const absl::Status& status) {
  MutexLock lock(service_->mutex_);
  for (LeaseStream* stream : service_->leases_) stream->Close(status);
  for (ReportStream* stream : service_->reports_) stream->Close(status);
}

void ScriptedServer::ForgetSessions() {
  {
    MutexLock lock(service_->mutex_);
    service_->session_.clear();
  }
  Break(absl::UnavailableError("the server restarts"));
}

void ScriptedServer::Offer(const v1::Offer& offer) {
  v1::LeaseResponse response;
  *response.mutable_offer() = offer;
  MutexLock lock(service_->mutex_);
  for (LeaseStream* stream : service_->leases_) stream->Send(response);
}

void ScriptedServer::Direct(int64_t attempt_id, v1::Directive directive) {
  MutexLock lock(service_->mutex_);
  service_->directives_[attempt_id] = directive;
}

void ScriptedServer::SetDurable(int64_t attempt_id, uint64_t sequence) {
  MutexLock lock(service_->mutex_);
  service_->durable_[attempt_id] = sequence;
}

void ScriptedServer::WithholdReceipts(bool withhold) {
  MutexLock lock(service_->mutex_);
  service_->withhold_ = withhold;
}

void ScriptedServer::SetWeights(const std::string& bytes) {
  MutexLock lock(results_->mutex_);
  results_->weights_ = bytes;
}

void ScriptedServer::WithholdWeights(bool withhold) {
  MutexLock lock(results_->mutex_);
  results_->withhold_ = withhold;
}

void ScriptedServer::RefuseNextWeights(const grpc::Status& status) {
  MutexLock lock(results_->mutex_);
  results_->refusal_ = status;
}

double ScriptedServer::elapsed(int64_t attempt_id) const {
  MutexLock lock(service_->mutex_);
  const auto found = service_->elapsed_.find(attempt_id);
  return found == service_->elapsed_.end() ? 0 : found->second;
}

int ScriptedServer::weight_requests() const {
  MutexLock lock(results_->mutex_);
  return results_->requests_;
}

int ScriptedServer::registrations() const {
  MutexLock lock(service_->mutex_);
  return service_->registrations_;
}

std::vector<v1::LeaseRequest> ScriptedServer::lease_requests() const {
  MutexLock lock(service_->mutex_);
  return service_->lease_requests_;
}

std::vector<v1::Record> ScriptedServer::records(int64_t attempt_id) const {
  MutexLock lock(service_->mutex_);
  return service_->records_[attempt_id];
}

int ScriptedServer::repeats() const {
  MutexLock lock(service_->mutex_);
  return service_->repeats_;
}

int ScriptedServer::gaps() const {
  MutexLock lock(service_->mutex_);
  return service_->gaps_;
}

}  // namespace geometer::worker
