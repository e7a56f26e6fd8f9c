#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "proto/channel/status.h"
#include "worker/agent/backoff.h"
#include "worker/agent/done.h"
#include "worker/agent/executor.h"

namespace geometer::worker {

// A bidirectional stream to the server that opens again, with growing delays, whenever it ends.
//
// gRPC's callbacks only post to the executor; all else, the handlers included, runs there. One read
// and one write are under way at most, so a peer that is slow holds nothing but its own stream.
template <typename Request, typename Response>
class Stream {
 public:
  using Start =
      std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Request, Response>*)>;

  struct Handlers {
    std::function<void()> opened;    // nothing was sent yet; the server may turn out to be absent
    std::function<void()> writable;  // a write is done
    std::function<void(const Response&)> received;
    // Ended by the server or the network. Returns whether to open again.
    std::function<bool(const absl::Status&)> ended;
  };

  Stream(Executor& executor, Start start, Handlers handlers)
      : executor_(executor), start_(std::move(start)), handlers_(std::move(handlers)) {}

  // Cancels the stream and waits for gRPC to let go of it. The executor must have stopped, and
  // still exist.
  ~Stream() {
    if (!call_) return;
    call_->context.TryCancel();
    call_->LetGo();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Opens now, and again later. Nothing happens to an open stream.
  void Open() {
    if (call_) return;
    call_ = std::make_unique<Call>(*this);
    writing_ = false;
    call_->Begin();
    handlers_.opened();
  }

  bool writable() const { return call_ && call_->open && !writing_; }

  // Only when writable.
  void Write(Request request) {
    writing_ = true;
    call_->request = std::move(request);
    call_->StartWrite(&call_->request);
  }

 private:
  static constexpr std::chrono::milliseconds kFirstDelay{100};
  static constexpr std::chrono::milliseconds kLongestDelay{5000};

  // One life of the stream. Its members belong to the executor's thread, but for gRPC's calls.
  struct Call final : grpc::ClientBidiReactor<Request, Response> {
    explicit Call(Stream& stream) : stream(stream) {}
    ~Call() override { done.Wait(); }

    // The hold lets the executor's thread start reads and writes, until it knows of the end.
    void Begin() {
      stream.start_(&context, this);
      this->AddHold();
      this->StartRead(&response);
      this->StartCall();
    }

    void LetGo() {
      if (std::exchange(open, false)) this->RemoveHold();
    }

    void OnReadDone(bool ok) override {
      stream.executor_.Post([&stream = stream, ok] { stream.OnRead(ok); });
    }
    void OnWriteDone(bool ok) override {
      if (ok) stream.executor_.Post([&stream = stream] { stream.OnWritten(); });
    }
    void OnDone(const grpc::Status& status) override {
      stream.executor_.Post([&stream = stream, status] { stream.OnDone(status); });
      done.Set();
    }

    Stream& stream;
    grpc::ClientContext context;
    Request request;
    Response response;
    bool open = true;
    Done done;
  };

  void OnRead(bool ok) {
    if (!ok) return call_->LetGo();
    backoff_.Reset();
    handlers_.received(call_->response);
    call_->StartRead(&call_->response);
  }

  void OnWritten() {
    writing_ = false;
    if (writable()) handlers_.writable();
  }

  void OnDone(const grpc::Status& status) {
    call_.reset();
    if (!handlers_.ended(channel::FromGrpc(status))) return;
    executor_.PostAfter(backoff_.Next(), [this] { Open(); });
  }

  Executor& executor_;
  const Start start_;
  const Handlers handlers_;
  Backoff backoff_{kFirstDelay, kLongestDelay};
  std::unique_ptr<Call> call_;  // none while it waits to open again
  bool writing_ = false;
};

}  // namespace geometer::worker
