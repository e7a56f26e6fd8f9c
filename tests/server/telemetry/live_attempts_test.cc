#include "server/telemetry/live_attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace geometer::server {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

v1::Record PointOf(const std::string& quantity, double value, uint64_t sequence = 1) {
  v1::Record record;
  record.set_attempt_id(7);
  record.set_sequence(sequence);
  v1::Series& series = *record.mutable_points()->add_series();
  series.set_probe("probe");
  series.set_quantity(quantity);
  record.mutable_points()->add_series_index(0);
  record.mutable_points()->add_step(1);
  record.mutable_points()->add_value(value);
  return record;
}

class LiveAttemptsTest : public testing::Test {
 protected:
  LiveAttemptsTest() { live_.Begin(7, {1, "job", "worker", 0}); }
  std::map<MetricKey, double> Values() { return live_.Find(7)->values; }
  LiveAttempts live_;
};

TEST_F(LiveAttemptsTest, KeepsTheNewestValueOfAMetric) {
  live_.Observe(PointOf("loss", 0.5, 1));
  live_.Observe(PointOf("loss", 0.25, 2));
  EXPECT_THAT(Values(), UnorderedElementsAre(Pair(MetricKey("loss", ""), 0.25)));
}

TEST_F(LiveAttemptsTest, TellsSplitsApart) {
  v1::Record record = PointOf("accuracy", 0.9);
  record.mutable_points()->mutable_series(0)->set_split(v1::SPLIT_VALIDATION);
  live_.Observe(record);
  EXPECT_THAT(Values(), UnorderedElementsAre(Pair(MetricKey("accuracy", "validation"), 0.9)));
}

TEST_F(LiveAttemptsTest, TheLargestEigenvalueHasANameOfItsOwnAndTheOthersAreLeftOut) {
  v1::Record second = PointOf("eigenvalue", 3.0, 2);
  second.mutable_points()->mutable_series(0)->set_index(1);
  live_.Observe(PointOf("eigenvalue", 5.0, 1));
  live_.Observe(second);
  EXPECT_THAT(Values(), UnorderedElementsAre(Pair(MetricKey("hessian_top_eigenvalue", ""), 5.0)));
}

TEST_F(LiveAttemptsTest, QuantitiesOutsideTheClosedSetAreLeftOut) {
  live_.Observe(PointOf("anything a worker invents", 1.0));
  EXPECT_THAT(Values(), IsEmpty());
  EXPECT_EQ(live_.PointsObserved(), 1);
}

TEST_F(LiveAttemptsTest, ValuesOfLayersAreLeftOut) {
  v1::Record record = PointOf("gradient_norm", 1.0);
  record.mutable_points()->mutable_series(0)->set_layer("0.weight");
  live_.Observe(record);
  EXPECT_THAT(Values(), IsEmpty());
}

TEST_F(LiveAttemptsTest, ARepeatedRecordChangesNothing) {
  live_.Observe(PointOf("loss", 0.25, 2));
  live_.Observe(PointOf("loss", 0.5, 1));
  EXPECT_THAT(Values(), UnorderedElementsAre(Pair(MetricKey("loss", ""), 0.25)));
  EXPECT_EQ(live_.PointsObserved(), 1);
}

TEST_F(LiveAttemptsTest, NothingIsLeftOfAnEndedAttempt) {
  live_.Observe(PointOf("loss", 0.5));
  live_.End(7);
  live_.Observe(PointOf("loss", 0.4, 2));
  EXPECT_THAT(live_.All(), IsEmpty());
}

}  // namespace
}  // namespace geometer::server
