#include "proto/contract/names.h"

#include <gmock/gmock.h>

#include "geometer/v1/job.pb.h"
#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/measurement.pb.h"
#include "proto/contract/nearest.h"

namespace geometer::contract {
namespace {

using ::testing::ElementsAre;

TEST(EnumNameTest, IsLowerCaseWithoutThePrefix) {
  EXPECT_EQ(EnumName(v1::DTYPE_FLOAT32), "float32");
  EXPECT_EQ(EnumName(v1::JOB_STATE_SUCCEEDED), "succeeded");
  EXPECT_EQ(EnumName(v1::FAILURE_REASON_OUT_OF_MEMORY), "out_of_memory");
}

TEST(EnumNameTest, IsTheNumberOfAnUnknownValue) {
  EXPECT_EQ(EnumName(static_cast<v1::Outcome>(99)), "99");
}

TEST(ParseEnumTest, InvertsEnumName) {
  for (int number = v1::FailureReason_MIN; number <= v1::FailureReason_MAX; ++number) {
    const auto reason = static_cast<v1::FailureReason>(number);
    EXPECT_EQ(ParseEnum<v1::FailureReason>(EnumName(reason)), reason);
  }
}

TEST(ParseEnumTest, KnowsNoOtherText) {
  for (const auto* text : {"", "FLOAT32", "DTYPE_FLOAT32", "1", "float"}) {
    EXPECT_EQ(ParseEnum<v1::Dtype>(text), std::nullopt) << text;
  }
}

TEST(EnumValueNamesTest, LeaveOutTheUnspecifiedOne) {
  EXPECT_THAT(EnumValueNames(*v1::Dtype_descriptor()), ElementsAre("float32", "float64"));
}

TEST(DidYouMeanTest, FindsTheNearestName) {
  const std::vector<std::string> names = {"momentum", "learning_rate", "batch_size"};
  for (const auto* wrong : {"momentun", "moemntum", "mmentum", "momentumm", "Momentum"}) {
    EXPECT_EQ(DidYouMean(wrong, names), "; did you mean 'momentum'?") << wrong;
  }
}

TEST(DidYouMeanTest, CountsASwapOfNeighboursAsOneMistake) {
  EXPECT_EQ(DidYouMean("mpl", {"mlp"}), "; did you mean 'mlp'?");
  EXPECT_EQ(DidYouMean("mab", {"mlp"}), "; there is mlp");
}

TEST(DidYouMeanTest, ListsAllNamesWhenNoneIsNear) {
  EXPECT_EQ(DidYouMean("x", {"ab", "cd"}), "; there is ab, cd");
  EXPECT_EQ(DidYouMean("x", {}), "");
}

}  // namespace
}  // namespace geometer::contract
