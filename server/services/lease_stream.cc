#include "server/services/lease_stream.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace geometer::server {

LeaseStream* LeaseStream::Open(grpc::CallbackServerContext& context, const Scheduler& scheduler,
                               Dispatcher& dispatcher, Streams& streams) {
  const std::shared_ptr<LeaseStream> stream(
      new LeaseStream(context, scheduler, dispatcher, streams));
  stream->self_ = stream;
  if (streams.leases.Add(stream)) {
    stream->ReadNext();
  } else {
    stream->Drain();
  }
  return stream.get();
}

void LeaseStream::Offer(const v1::Offer& offer) {
  v1::LeaseResponse response;
  *response.mutable_offer() = offer;
  Send(std::move(response));
}

void LeaseStream::Replaced() {
  Close(absl::AbortedError("another lease stream of this session took over"));
}

void LeaseStream::Drain() {
  v1::LeaseResponse response;
  response.mutable_draining();
  Send(std::move(response));
  Close(DrainingError());
}

void LeaseStream::Receive(v1::LeaseRequest request) {
  const absl::Status handled = Handle(request);
  if (!handled.ok()) return Close(handled);
  ReadNext();
}

absl::Status LeaseStream::Handle(const v1::LeaseRequest& request) {
  if (session_.empty() != request.has_held()) {
    return absl::InvalidArgumentError("`held` must be the first message of a stream, and only it");
  }
  absl::Status status;
  switch (request.message_case()) {
    case v1::LeaseRequest::kHeld:
      session_ = request.session();
      return dispatcher_.Connect(session_, request.held(), self_);
    case v1::LeaseRequest::kAccept:
      status = dispatcher_.Accept(request.session(), request.accept());
      break;
    case v1::LeaseRequest::kDecline:
      status = dispatcher_.Decline(request.session(), request.decline());
      break;
    case v1::LeaseRequest::MESSAGE_NOT_SET:
      return absl::InvalidArgumentError("the message says nothing");
  }
  // An answer that came too late: the offer is another's by now. Reports of the attempt get
  // ABANDON.
  if (!absl::IsFailedPrecondition(status)) return status;
  spdlog::info("worker {}: {}", worker_id(), status.ToString());
  return absl::OkStatus();
}

void LeaseStream::OnDone() {
  const std::shared_ptr<LeaseStream> self = std::move(self_);
  streams_.leases.Remove(this);
  if (!session_.empty()) dispatcher_.Disconnect(session_, this);
}

}  // namespace geometer::server
