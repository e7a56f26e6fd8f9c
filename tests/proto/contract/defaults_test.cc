#include "proto/contract/defaults.h"

#include <gmock/gmock.h>

#include "google/protobuf/util/message_differencer.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

TEST(WithDefaultsTest, FillsWhatIsAbsent) {
  const v1::JobSpec spec = WithDefaults(Parsed(SmallJob()));
  EXPECT_EQ(spec.dtype(), v1::DTYPE_FLOAT32);
  EXPECT_EQ(spec.threads(), 1);
  EXPECT_EQ(spec.data(0).digits().train(), 1000);
  EXPECT_EQ(spec.learners(0).model().mlp().activation(), v1::ACTIVATION_RELU);
  EXPECT_TRUE(spec.learners(0).model().mlp().bias());
  EXPECT_EQ(spec.learners(0).batches().size(), 64);
}

TEST(WithDefaultsTest, BringsAbsentGroupsAndTheirFieldsAlong) {
  const v1::JobSpec spec = WithDefaults(Parsed(SmallJob()));
  EXPECT_TRUE(spec.learners(0).schedule().has_constant());
  EXPECT_EQ(spec.resources().device(), v1::DEVICE_CPU);
  EXPECT_FALSE(spec.has_checkpoint());
}

TEST(WithDefaultsTest, MeasuresOnTheTrainingSplitUnderTheQuantitysName) {
  const v1::Probe probe = WithDefaults(Parsed(SmallJob())).probes(0);
  EXPECT_EQ(probe.name(), "loss");
  EXPECT_THAT(probe.splits(), ElementsAre(v1::SPLIT_TRAIN));
}

TEST(WithDefaultsTest, LeavesWhatIsPresent) {
  v1::JobSpec given = Parsed(SmallJob());
  given.set_seed(0);
  given.mutable_data(0)->mutable_digits()->set_validation(0);
  given.mutable_learners(0)->mutable_model()->mutable_mlp()->set_bias(false);
  given.mutable_probes(0)->set_name("mine");
  const v1::JobSpec spec = WithDefaults(given);
  EXPECT_EQ(spec.data(0).digits().validation(), 0);
  EXPECT_FALSE(spec.learners(0).model().mlp().bias());
  EXPECT_EQ(spec.probes(0).name(), "mine");
}

TEST(WithDefaultsTest, IsIdempotent) {
  for (const std::string& text : ValidJobs()) {
    const v1::JobSpec once = WithDefaults(Parsed(text));
    EXPECT_TRUE(MessageDifferencer::Equals(once, WithDefaults(once)));
  }
}

TEST(WithDefaultsTest, InventsNoMethod) {
  const v1::JobSpec spec = WithDefaults(Parsed("learner: {}\ndata: {}\nprobes: [{}]"));
  EXPECT_FALSE(spec.learners(0).has_model());
  EXPECT_EQ(spec.data(0).source_case(), v1::Dataset::SOURCE_NOT_SET);
  EXPECT_EQ(spec.probes(0).name(), "");
}

}  // namespace
}  // namespace geometer::contract
