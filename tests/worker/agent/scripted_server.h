#pragma once

#include <grpcpp/server.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/result_service.grpc.pb.h"
#include "geometer/v1/worker_service.grpc.pb.h"
#include "proto/channel/server.h"
#include "proto/concurrency/mutex.h"
#include "tests/worker/agent/changes.h"

namespace geometer::worker {

// A server that does what a test tells it, and keeps records as the real one does: in order,
// without gaps, repeats accepted. Its answers can be withheld, its streams broken. Thread-safe.
class ScriptedServer {
 public:
  ScriptedServer();
  ~ScriptedServer();

  const std::string& address() const { return address_; }
  Changes& changes() { return changes_; }

  // Ends all streams with `status`.
  void Break(const absl::Status& status);
  // Streams of sessions begun so far end with NOT_FOUND, as after a restart.
  void ForgetSessions();
  void Offer(const v1::Offer& offer);
  // In each receipt for the attempt from now on; 0: nothing.
  void Direct(int64_t attempt_id, v1::Directive directive);
  // Attempts whose records are durable up to here already.
  void SetDurable(int64_t attempt_id, uint64_t sequence);
  // Takes records in but tells nobody.
  void WithholdReceipts(bool withhold);

  // The bytes of every job's weights; NOT_FOUND until they are set. Withheld, no answer comes.
  void SetWeights(const std::string& bytes);
  void WithholdWeights(bool withhold);
  void RefuseNextWeights(const grpc::Status& status);
  int weight_requests() const;

  // What the attempt's last heartbeat said of its time, in seconds.
  double elapsed(int64_t attempt_id) const;

  int registrations() const;
  std::vector<v1::LeaseRequest> lease_requests() const;
  std::vector<v1::Record> records(int64_t attempt_id) const;
  // Records that came again although they were durable, or skipped some.
  int repeats() const;
  int gaps() const;

 private:
  class Service;
  class Results;
  class LeaseStream;
  class ReportStream;

  Changes changes_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Results> results_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace geometer::worker
