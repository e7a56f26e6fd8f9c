#include "server/storage/curve.h"

#include <algorithm>
#include <cmath>

namespace geometer::server {
namespace {

constexpr int kLevelStep = 5;
constexpr int kTopLevel = 25;

Bucket BucketOf(const Sample& sample) {
  Bucket bucket{.first_step = sample.step, .count = 1, .last_step = sample.step};
  bucket.non_finite = std::isfinite(sample.value) ? 0 : 1;
  if (!std::isnan(sample.value)) bucket.min = bucket.max = sample;
  return bucket;
}

// Merges neighbours of ascending `pieces` that lie in one interval of 2^`level` steps.
std::vector<Bucket> MergeAligned(const std::vector<Bucket>& pieces, int level) {
  std::vector<Bucket> merged;
  for (const Bucket& piece : pieces) {
    const int64_t first_step = piece.first_step >> level << level;
    if (merged.empty() || merged.back().first_step != first_step) {
      merged.push_back({.first_step = first_step});
    }
    merged.back().Merge(piece);
  }
  return merged;
}

std::optional<Sample> ReadExtreme(const Statement& row, int column) {
  const auto step = row.Column<std::optional<int64_t>>(column);
  return step ? std::optional<Sample>({*step, row.Column<double>(column + 1)}) : std::nullopt;
}

}  // namespace

void Bucket::Merge(const Bucket& later) {
  count += later.count;
  non_finite += later.non_finite;
  if (later.min && (!min || later.min->value < min->value)) min = later.min;
  if (later.max && (!max || later.max->value > max->value)) max = later.max;
  last_step = later.last_step;
}

void Curve::Append(const std::vector<Sample>& samples) {
  if (samples.empty()) return;
  std::vector<Bucket> added;
  for (const Sample& sample : samples) added.push_back(BucketOf(sample));
  for (int level = kLevelStep; level <= kTopLevel; level += kLevelStep) {
    added = MergeAligned(added, level);
    std::vector<Bucket> open;  // the bucket that was begun before
    AddStored(level, added[0].first_step >> level, (added[0].first_step >> level) + 1, open);
    open.insert(open.end(), added.begin(), added.end());
    for (const Bucket& bucket : MergeAligned(open, level)) Save(level, bucket);
  }
}

void Curve::Truncate(int64_t step) {
  for (int level = kLevelStep; level <= kTopLevel; level += kLevelStep) {
    const int64_t cut = (step + 1) >> level;  // the first bucket that holds a step beyond `step`
    database_.Run("DELETE FROM curve_bucket WHERE series = ?1 AND level = ?2 AND bucket >= ?3",
                  series_id_, level, cut);
    std::vector<Bucket> rest;
    AddPieces(cut << level, step, level - kLevelStep, rest);
    for (const Bucket& bucket : MergeAligned(rest, level)) Save(level, bucket);
  }
}

std::vector<Bucket> Curve::Read(int64_t first_step, int64_t last_step, int level) {
  std::vector<Bucket> pieces;
  AddPieces(first_step, last_step, std::min(level / kLevelStep * kLevelStep, kTopLevel), pieces);
  return MergeAligned(pieces, level);
}

// Whole buckets from `stored_level`, the interval's ragged ends from the levels below.
void Curve::AddPieces(int64_t first_step, int64_t last_step, int stored_level,
                      std::vector<Bucket>& pieces) {
  if (first_step > last_step) return;
  if (stored_level == 0) return AddPoints(first_step, last_step, pieces);
  const int64_t begin = ((first_step - 1) >> stored_level) + 1;
  const int64_t end = (last_step + 1) >> stored_level;
  const int finer = stored_level - kLevelStep;
  if (begin >= end) return AddPieces(first_step, last_step, finer, pieces);
  AddPieces(first_step, (begin << stored_level) - 1, finer, pieces);
  AddStored(stored_level, begin, end, pieces);
  AddPieces(end << stored_level, last_step, finer, pieces);
}

void Curve::AddPoints(int64_t first_step, int64_t last_step, std::vector<Bucket>& pieces) {
  Statement points = database_.Query(
      "SELECT step, value FROM live_point WHERE job = ?1 AND series = ?2 AND step BETWEEN ?3 AND ?4"
      " ORDER BY attempt, step",
      job_id_, series_id_, first_step, last_step);
  while (points.Next()) {
    pieces.push_back(BucketOf({points.Column<int64_t>(0), points.Column<double>(1)}));
  }
}

void Curve::AddStored(int stored_level, int64_t first_bucket, int64_t end_bucket,
                      std::vector<Bucket>& pieces) {
  Statement rows = database_.Query(
      "SELECT bucket, count, non_finite, min_step, min_value, max_step, max_value, last_step"
      " FROM curve_bucket WHERE series = ?1 AND level = ?2 AND bucket >= ?3 AND bucket < ?4"
      " ORDER BY bucket",
      series_id_, stored_level, first_bucket, end_bucket);
  while (rows.Next()) {
    pieces.push_back({.first_step = rows.Column<int64_t>(0) << stored_level,
                      .count = rows.Column<int64_t>(1),
                      .non_finite = rows.Column<int64_t>(2),
                      .min = ReadExtreme(rows, 3),
                      .max = ReadExtreme(rows, 5),
                      .last_step = rows.Column<int64_t>(7)});
  }
}

void Curve::Save(int stored_level, const Bucket& bucket) {
  const auto step = [](const std::optional<Sample>& sample) {
    return sample ? std::optional<int64_t>(sample->step) : std::nullopt;
  };
  database_.Run(
      "INSERT OR REPLACE INTO curve_bucket (series, level, bucket, count, non_finite, min_step,"
      " min_value, max_step, max_value, last_step) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
      "?10)",
      series_id_, stored_level, bucket.first_step >> stored_level, bucket.count, bucket.non_finite,
      step(bucket.min), bucket.min.value_or(Sample()).value, step(bucket.max),
      bucket.max.value_or(Sample()).value, bucket.last_step);
}

}  // namespace geometer::server
