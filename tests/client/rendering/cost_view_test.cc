#include "client/rendering/cost_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace geometer::client {
namespace {

using testing::HasSubstr;

v1::CostEstimate Estimate(double stretch) {
  v1::CostEstimate estimate;
  estimate.mutable_updates()->set_seconds(12e-6);
  estimate.set_total_seconds(70);
  estimate.set_measuring_share(0.125);
  estimate.set_peak_memory_bytes(2048);
  estimate.mutable_budgeted()->set_budget(0.005);
  estimate.mutable_budgeted()->set_stretch(stretch);
  estimate.mutable_budgeted()->set_total_seconds(0.5);
  return estimate;
}

TEST(CostViewTest, TheSummaryTellsWhatABudgetChanges) {
  EXPECT_EQ(CostSummary(Estimate(3.25)),
            "about 1 min 10 s, 12.5 % of it measuring; 2.0 KiB of memory\n"
            "with its budget of 0.5 %: cadences stretch 3.25 times, about 500 ms, 0.0 % of it "
            "measuring");
}

TEST(CostViewTest, ABudgetThatPaysForAllOrNothingIsSaidInWords) {
  EXPECT_THAT(CostSummary(Estimate(1)), HasSubstr("no cadence is stretched"));
  EXPECT_THAT(CostSummary(Estimate(std::numeric_limits<double>::infinity())),
              HasSubstr("only the start and the end are measured"));
}

TEST(CostViewTest, PeopleSeeNoFileAndNoEmptySplits) {
  v1::CostEstimate estimate = Estimate(1);
  estimate.mutable_updates()->set_seconds(0.012);
  estimate.mutable_updates()->set_total_seconds(0.48);
  estimate.mutable_updates()->set_times(40);
  const std::string table =
      CostTable({{"a.yaml", estimate}}).Render(TableFormat::kTable, Style(false));
  EXPECT_EQ(table,
            "PART      EACH  TIMES   TOTAL  SHARE\n"
            "updates  12 ms     40  480 ms  0.0 %\n");
}

TEST(CostViewTest, APenaltyIsShownWithinTheUpdatesAndInUnitsOfAPlainOne) {
  v1::CostEstimate estimate = Estimate(1);
  v1::PartCost& penalty = *estimate.add_penalties();
  penalty.set_penalty("gradient_norm");
  penalty.set_seconds(24e-6);
  penalty.set_plain_updates(2.04);
  const std::string table =
      CostTable({{"a.yaml", estimate}}).Render(TableFormat::kTable, Style(false));
  EXPECT_EQ(table,
            "PART                     EACH  TIMES  TOTAL  SHARE  PLAIN UPDATES\n"
            "updates                 12 µs      0   0 µs  0.0 %\n"
            "of which gradient_norm  24 µs      0   0 µs  0.0 %              2\n");
}

TEST(CostViewTest, AnInfiniteStretchSurvivesJson) {
  const auto json = CostJson({"a.yaml", Estimate(std::numeric_limits<double>::infinity())});
  EXPECT_EQ(json["file"], "a.yaml");
  EXPECT_EQ(json["budgeted"]["stretch"], "Infinity");
}

}  // namespace
}  // namespace geometer::client
