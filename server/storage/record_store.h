#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/worker_service.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// What became of a record.
struct Applied {
  int64_t job_id = 0;
  uint64_t durable_sequence = 0;  // of the attempt, once the transaction is committed
  // Of a finish that was new: the job's state after it. QUEUED: it will be tried again.
  std::optional<v1::JobState> finished_as;
};

// Takes in what attempts report, as the writer's connection.
//
// Write each record as its own piece of work (`rows`: Rows(record)): then a refused one takes no
// other with it, and those of one attempt stay in order.
class RecordStore {
 public:
  // `artifacts`: Store::artifacts().
  RecordStore(Database& database, const std::filesystem::path& artifacts)
      : database_(database), artifacts_(artifacts) {}

  // Keeps a record that `worker_id` sent. A repeat, of any sequence that is durable, changes
  // nothing and is OK, also after the attempt's end. Otherwise: FAILED_PRECONDITION: the attempt is
  // not its job's running one, or is another worker's: the lease is
  //   lost, its records are dead;
  // OUT_OF_RANGE: the sequence skips records: send from durable_sequence + 1;
  // INVALID_ARGUMENT: the record breaks a rule of measurement.proto. Limits: 10,000 points or log
  //   lines; steps up to 2^53, rising within a series and beyond the resumed step; names of at most
  //   256 bytes in UTF-8; chunks of 1 MiB, in order, of artifacts of 4 GiB.
  // DATA_LOSS: an artifact is complete and its SHA-256 differs.
  absl::StatusOr<Applied> Apply(const std::string& worker_id, const v1::Record& record,
                                absl::Time now);

  // The attempt's highest durable sequence, for a worker that reconnects. FAILED_PRECONDITION when
  // the attempt is not its job's running one, or is another worker's.
  absl::StatusOr<uint64_t> DurableSequence(const std::string& worker_id, int64_t attempt_id);

  // Rows that keeping `record` takes: at least 1.
  static int64_t Rows(const v1::Record& record);

 private:
  Database& database_;
  const std::filesystem::path& artifacts_;
};

}  // namespace geometer::server
