#include "client/spec_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/job_file.h"
#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;

v1::JobSpec Spec(const std::vector<std::string>& overrides) {
  std::istringstream in(ValidJob());
  return (*ReadJobs({{"-"}, overrides}, in))[0];
}

TEST(SpecDifferenceTest, EqualSpecsDifferInNothing) {
  EXPECT_THAT(WhatDiffers({Spec({}), Spec({})}), ElementsAre("", ""));
}

TEST(SpecDifferenceTest, NamesDoNotCount) {
  EXPECT_THAT(WhatDiffers({Spec({"name=a"}), Spec({"name=b"})}), ElementsAre("", ""));
}

TEST(SpecDifferenceTest, FieldsThatDifferAreNamedShortly) {
  EXPECT_THAT(
      WhatDiffers({Spec({"learner.optimizer.sgd.learning_rate=0.2", "seed=3"}), Spec({"seed=4"})}),
      ElementsAre("learning_rate=0.2 seed=3", "learning_rate=0.1 seed=4"));
}

TEST(SpecDifferenceTest, AnotherBranchOfAFamilyIsADifference) {
  EXPECT_THAT(WhatDiffers({Spec({}), Spec({"data={mnist: {}}"})}),
              ElementsAre("digits={}", "mnist={}"));
}

}  // namespace
}  // namespace geometer::client
