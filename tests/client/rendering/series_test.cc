#include "client/rendering/series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;

v1::Series Make(const std::string& probe, const std::string& quantity, v1::Split split,
                uint32_t index = 0) {
  v1::Series series;
  series.set_probe(probe);
  series.set_quantity(quantity);
  series.set_split(split);
  series.set_index(index);
  return series;
}

TEST(SeriesTest, ASeriesIsNamedByQuantityAndSplit) {
  EXPECT_THAT(SeriesNames({Make("loss", "loss", v1::SPLIT_TRAIN),
                           Make("norm", "parameter_norm", v1::SPLIT_UNSPECIFIED)}),
              ElementsAre("loss (train)", "parameter_norm"));
}

TEST(SeriesTest, OnlyWhatDiffersWithinAQuantityIsNamed) {
  EXPECT_THAT(SeriesNames({Make("top", "eigenvalue", v1::SPLIT_TRAIN, 0),
                           Make("top", "eigenvalue", v1::SPLIT_TRAIN, 1),
                           Make("loss", "loss", v1::SPLIT_TRAIN)}),
              ElementsAre("eigenvalue 0 (train)", "eigenvalue 1 (train)", "loss (train)"));
}

TEST(SeriesTest, TwoProbesOfOneKindAreToldApart) {
  EXPECT_THAT(
      SeriesNames({Make("coarse", "loss", v1::SPLIT_TRAIN), Make("fine", "loss", v1::SPLIT_TRAIN)}),
      ElementsAre("loss coarse (train)", "loss fine (train)"));
}

TEST(SeriesTest, TheTrainingSplitStandsForTheJob) {
  EXPECT_EQ(Headline(TestJob(), "loss")->value(), 0.5);
}

TEST(SeriesTest, AJobWithoutTheQuantityHasNoHeadline) {
  EXPECT_EQ(Headline(TestJob(), "geometric_complexity"), nullptr);
}

TEST(SeriesTest, AnEstimateThatMissedItsToleranceSaysSo) {
  EXPECT_EQ(Reading(12.5, v1::CONVERGENCE_NOT_REACHED), "12.5 (not converged)");
  EXPECT_EQ(Reading(12.5, v1::CONVERGENCE_REACHED), "12.5");
}

}  // namespace
}  // namespace geometer::client
