#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "server/storage/database.h"

namespace geometer::server {

// One point of a curve.
struct Sample {
  int64_t step = 0;
  double value = std::numeric_limits<double>::quiet_NaN();
};

// The points of some interval of steps, in short. Infinite values take part in minimum and maximum,
// NaN does not.
struct Bucket {
  int64_t first_step = 0;  // the interval's first
  int64_t count = 0;
  int64_t non_finite = 0;  // how many are NaN or infinite
  std::optional<Sample> min = {};
  std::optional<Sample> max = {};
  int64_t last_step = 0;

  // Adds points that all come after those here.
  void Merge(const Bucket& later);
};

// The live curve of one series as a pyramid: its points, then buckets of 2^5, 2^10, … 2^25 steps,
// each level made of the one below. Any interval costs O(32) rows per level to sum up.
class Curve {
 public:
  Curve(Database& database, int64_t job_id, int64_t series_id)
      : database_(database), job_id_(job_id), series_id_(series_id) {}

  // Adds points that are in the table already; steps rise and exceed those before.
  void Append(const std::vector<Sample>& samples);

  // Forgets what is beyond `step`; the live points must have been cut already. −1: forgets all.
  void Truncate(int64_t step);

  // The interval in buckets of 2^`level` steps, aligned to multiples of their size; empty ones left
  // out.
  std::vector<Bucket> Read(int64_t first_step, int64_t last_step, int level);

 private:
  void AddPoints(int64_t first_step, int64_t last_step, std::vector<Bucket>& pieces);
  void AddStored(int stored_level, int64_t first_bucket, int64_t end_bucket,
                 std::vector<Bucket>& pieces);
  void AddPieces(int64_t first_step, int64_t last_step, int stored_level,
                 std::vector<Bucket>& pieces);
  void Save(int stored_level, const Bucket& bucket);

  Database& database_;
  const int64_t job_id_;
  const int64_t series_id_;
};

}  // namespace geometer::server
