#pragma once

#include <memory>
#include <string>

#include "server/services/audience.h"
#include "server/services/dispatcher.h"
#include "server/services/streams.h"
#include "server/services/worker_stream.h"

namespace geometer::server {

// The server's side of WorkerService.Lease: says what the worker holds, answers and gets offers.
class LeaseStream final : public WorkerStream<v1::LeaseRequest, v1::LeaseResponse>,
                          public OfferSink {
 public:
  // Opens a stream that keeps itself alive; returned for gRPC.
  static LeaseStream* Open(grpc::CallbackServerContext& context, const Scheduler& scheduler,
                           Dispatcher& dispatcher, Streams& streams);

  void Offer(const v1::Offer& offer) override;
  void Replaced() override;
  // Tells the worker that no more offers come, and ends.
  void Drain();

 private:
  LeaseStream(grpc::CallbackServerContext& context, const Scheduler& scheduler,
              Dispatcher& dispatcher, Streams& streams)
      : WorkerStream(context, scheduler), dispatcher_(dispatcher), streams_(streams) {}

  void Receive(v1::LeaseRequest request) override;
  absl::Status Handle(const v1::LeaseRequest& request);
  void OnDone() override;

  Dispatcher& dispatcher_;
  Streams& streams_;
  std::shared_ptr<LeaseStream> self_;
  std::string session_;  // that of the first message; touched by reads, and after the last one
};

}  // namespace geometer::server
