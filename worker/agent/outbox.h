#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "geometer/v1/worker_service.pb.h"
#include "worker/agent/data_folder.h"
#include "worker/agent/spool.h"

namespace geometer::worker {

// The attempts that the worker holds, and what the server does not have of each.
//
// Records go out in order, once per connection: after a reconnect the server is first asked
// (attach) how far it got, and then sent what follows. An attempt leaves when its Finish is
// durable, or when the server abandons it. Not thread-safe, but its spools may be appended to
// meanwhile.
class Outbox {
 public:
  // Borrows `folder`.
  explicit Outbox(const DataFolder& folder) : folder_(folder) {}

  // Takes in what an earlier process of this worker left behind. Such an attempt gets, unless it
  // had ended, a Finish (FAILED, CRASHED) once the server has told how far it got. One whose spool
  // can't be read is given up.
  void Recover();
  // Whether nothing of what was recovered is left to do.
  bool recovered() const;

  // A new attempt with an empty spool. ALREADY_EXISTS: it is held.
  struct NewAttempt {
    AttemptFolder folder;
    std::shared_ptr<Spool> spool;
  };
  absl::StatusOr<NewAttempt> Add(int64_t job_id, int64_t attempt_id);

  std::vector<int64_t> attempt_ids() const;
  bool empty() const { return held_.empty(); }
  uint64_t bytes() const;  // on disk

  // A new connection: nothing has been sent on it.
  void Reconnect();
  // Whether the server's answer, if the attempt had to be asked about, is here. Until then it must
  // not be mentioned otherwise: any receipt would be taken for the answer.
  bool answered(int64_t attempt_id) const;
  // The questions and records to send next, at most 1,000 records and 16 MiB, which is what the
  // server takes. Nothing when all was sent.
  std::optional<v1::ReportRequest> Next();
  // What the server answered.
  void Acknowledge(const v1::AttemptReceipt& receipt);

 private:
  struct Held {
    AttemptFolder folder;
    std::shared_ptr<Spool> spool;
    bool recovered = false;
    std::optional<uint64_t> sent;  // up to this sequence; none: the server must be asked first
    bool asked = false;
  };

  void Fill(Held& held, v1::ReportRequest& request);
  bool Settled(const Held& held, uint64_t durable_sequence) const;

  const DataFolder& folder_;
  std::map<int64_t, Held> held_;  // by attempt id
  int64_t last_filled_ = 0;       // attempt that went last into a request: the next one goes first
};

}  // namespace geometer::worker
