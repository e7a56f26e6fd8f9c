#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "proto/channel/status.h"
#include "server/storage/store.h"

namespace geometer::server {

// One part of a long answer.
template <typename Response>
struct Part {
  Response response;
  bool last = true;
};

// Sends a long answer part by part: reads one from the store, writes it, reads the next. A slow
// client holds neither a thread nor more memory than one part. Deletes itself when gRPC is done
// with it.
//
// One thing is under way at any time, so it needs no lock: a client that went away shows as a
// failed write.
template <typename Response>
class PartStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // Gives the next part. Called by one reader thread at a time; keeps its own place.
  using Next = std::function<absl::StatusOr<Part<Response>>(Database&)>;

  static PartStream* Open(Store& store, Next next) {
    auto* stream = new PartStream(store, std::move(next));
    stream->Read();
    return stream;
  }

 private:
  PartStream(Store& store, Next next) : store_(store), next_(std::move(next)) {}

  void Read() {
    store_.Read<Part<Response>>(
        [this](Database& database) { return next_(database); },
        [this](absl::StatusOr<Part<Response>> part) { Write(std::move(part)); });
  }

  void Write(absl::StatusOr<Part<Response>> part) {
    if (!part.ok()) return this->Finish(channel::ToGrpc(part.status()));
    part_ = *std::move(part);
    if (part_.last) {
      this->StartWriteAndFinish(&part_.response, {}, grpc::Status::OK);
    } else {
      this->StartWrite(&part_.response);
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      Read();
    } else {
      this->Finish(grpc::Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

  Store& store_;
  const Next next_;
  Part<Response> part_;
};

}  // namespace geometer::server
