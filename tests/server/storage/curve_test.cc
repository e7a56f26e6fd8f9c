#include "server/storage/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Curves of points that are inserted here, beside the store's own ways.
class CurveTest : public StoreFixture {
 protected:
  void Append(const std::vector<Sample>& samples) {
    for (const Sample& sample : samples) {
      database.Run("INSERT INTO point (attempt, series, step, value) VALUES (?1, 1, ?2, ?3)",
                   attempt_id, sample.step, sample.value);
    }
    curve.Append(samples);
    all.insert(all.end(), samples.begin(), samples.end());
  }
  void Truncate(int64_t step) {
    database.Run("DELETE FROM point WHERE step > ?1", step);
    curve.Truncate(step);
    std::erase_if(all, [step](const Sample& sample) { return sample.step > step; });
  }
  // (first step, count, non-finite, min, max, last step) of each bucket, straight from the points.
  using Row = std::tuple<int64_t, int64_t, int64_t, double, double, int64_t>;
  std::vector<Row> Expected(int64_t first, int64_t last, int level) const;
  std::vector<Row> Actual(int64_t first, int64_t last, int level);

  int64_t job_id = Submit();
  int64_t attempt_id = Begin(job_id);
  int64_t series_id = [this] {
    database.Run(
        "INSERT INTO series (id, job, probe, quantity, split, task, learner, layer, class,"
        " place) VALUES (1, ?1, '', 'q', 0, '', '', '', '', 0)",
        job_id);
    return 1;
  }();
  Curve curve{database, job_id, series_id};
  std::vector<Sample> all;
};

std::vector<CurveTest::Row> CurveTest::Expected(int64_t first, int64_t last, int level) const {
  std::vector<Row> rows;
  for (const auto& [step, value] : all) {
    if (step < first || step > last) continue;
    const int64_t begin = step >> level << level;
    if (rows.empty() || std::get<0>(rows.back()) != begin) {
      rows.emplace_back(begin, 0, 0, kInfinity, -kInfinity, 0);
    }
    auto& [_, count, non_finite, min, max, last_step] = rows.back();
    ++count;
    non_finite += !std::isfinite(value);
    if (value < min) min = value;
    if (value > max) max = value;
    last_step = step;
  }
  return rows;
}

std::vector<CurveTest::Row> CurveTest::Actual(int64_t first, int64_t last, int level) {
  std::vector<Row> rows;
  for (const Bucket& bucket : curve.Read(first, last, level)) {
    rows.emplace_back(bucket.first_step, bucket.count, bucket.non_finite,
                      bucket.min ? bucket.min->value : kInfinity,
                      bucket.max ? bucket.max->value : -kInfinity, bucket.last_step);
  }
  return rows;
}

TEST_F(CurveTest, AnyIntervalEqualsASumOverItsPointsAlsoAfterRollBacks) {
  std::mt19937 random(1);
  const double specials[] = {NAN, kInfinity, -kInfinity};
  int64_t step = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Sample> samples;
    for (int i = random() % 40; i > 0; --i) {
      const double value = random() % 10 == 0 ? specials[random() % 3] : random() % 1000 / 8.0;
      samples.push_back({step += 1 + random() % (round % 3 == 0 ? 500 : 3), value});
    }
    Append(samples);
    if (random() % 4 == 0) Truncate(step -= random() % (step + 1));
    const int64_t first = random() % (step + 1);
    const int64_t last = first + random() % (step + 1);
    const int level = random() % 14;
    ASSERT_EQ(Actual(first, last, level), Expected(first, last, level))
        << "round " << round << ", steps " << first << " to " << last << ", level " << level;
  }
}

TEST_F(CurveTest, NaNIsCountedButNeitherMinimumNorMaximum) {
  Append({{0, NAN}, {1, 2.0}, {2, kInfinity}});
  const Bucket bucket = curve.Read(0, 31, 5).at(0);
  EXPECT_EQ(bucket.count, 3);
  EXPECT_EQ(bucket.non_finite, 2);
  EXPECT_EQ(bucket.min->value, 2.0);
  EXPECT_EQ(bucket.max->value, kInfinity);
}

TEST_F(CurveTest, ABucketOfNaNsHasNoExtremes) {
  Append({{0, NAN}, {1, NAN}});
  const Bucket bucket = curve.Read(0, 31, 5).at(0);
  EXPECT_FALSE(bucket.min.has_value());
  EXPECT_EQ(bucket.last_step, 1);
}

TEST_F(CurveTest, TruncatingToNothingLeavesNothing) {
  Append({{0, 1.0}, {100, 2.0}, {100'000'000, 3.0}});
  Truncate(-1);
  EXPECT_EQ(Count("SELECT count(*) FROM curve_bucket"), 0);
}

}  // namespace
}  // namespace geometer::server
