#include "proto/contract/override.h"

#include <gmock/gmock.h>

#include "google/protobuf/util/message_differencer.h"
#include "proto/contract/validate.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The small job after one assignment, which must work.
v1::JobSpec Overridden(std::string_view assignment) {
  v1::JobSpec spec = Parsed(SmallJob());
  EXPECT_EQ(Override(spec, assignment), absl::OkStatus());
  return spec;
}

// Why an assignment to the game of two learners is refused; it must leave the game unchanged.
std::string Refusal(std::string_view assignment) {
  const v1::JobSpec before = Parsed(ValidJobs()[3]);
  v1::JobSpec spec = before;
  const absl::Status status = Override(spec, assignment);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << assignment;
  EXPECT_TRUE(MessageDifferencer::Equals(spec, before)) << assignment;
  return std::string(status.message());
}

TEST(OverrideTest, SetsAField) {
  EXPECT_EQ(Overridden("name=other").name(), "other");
  EXPECT_EQ(Overridden("seed=12").seed(), 12);
  EXPECT_EQ(Overridden("dtype=float64").dtype(), v1::DTYPE_FLOAT64);
}

TEST(OverrideTest, MeansTheOnlyElementOfAListByItsName) {
  const v1::JobSpec spec = Overridden("learner.optimizer.sgd.learning_rate=0.05");
  EXPECT_EQ(spec.learners(0).optimizer().sgd().learning_rate(), 0.05);
  EXPECT_EQ(Overridden("data.digits.train=100").data(0).digits().train(), 100);
}

TEST(OverrideTest, EditsAnElement) {
  EXPECT_EQ(Overridden("probes[0].every.steps=7").probes(0).every().steps(), 7);
  EXPECT_THAT(Overridden("learner.model.mlp.hidden[0]=9").learners(0).model().mlp().hidden(),
              ElementsAre(9));
}

TEST(OverrideTest, ReplacesAWholeElement) {
  const v1::JobSpec spec = Overridden("probes[0]={gradient_norm: {}, every: {steps: 2}}");
  ASSERT_EQ(spec.probes_size(), 1);
  EXPECT_TRUE(spec.probes(0).has_gradient_norm());
}

TEST(OverrideTest, ReplacesTheElementItNamesAmongSeveral) {
  v1::JobSpec spec = Parsed("learner: {model: {mlp: {hidden: [1, 2, 3]}}}");
  EXPECT_TRUE(Override(spec, "learner.model.mlp.hidden[1]=20").ok());
  EXPECT_THAT(spec.learners(0).model().mlp().hidden(), ElementsAre(1, 20, 3));
}

TEST(OverrideTest, AppendsAnElement) {
  const v1::JobSpec spec = Overridden("probes[+]={gradient_norm: {}, every: {steps: 2}}");
  ASSERT_EQ(spec.probes_size(), 2);
  EXPECT_TRUE(spec.probes(1).has_gradient_norm());
  EXPECT_THAT(Overridden("learner.model.mlp.hidden[+]=9").learners(0).model().mlp().hidden(),
              ElementsAre(8, 9));
}

TEST(OverrideTest, ReplacesAWholeList) {
  EXPECT_EQ(Overridden("probes=[]").probes_size(), 0);
  EXPECT_THAT(Overridden("learner.model.mlp.hidden=[3, 4]").learners(0).model().mlp().hidden(),
              ElementsAre(3, 4));
}

TEST(OverrideTest, ReplacesTheBranchOfAOneof) {
  const v1::Model model = Overridden("learner.model.resnet.width=16").learners(0).model();
  EXPECT_FALSE(model.has_mlp());
  EXPECT_EQ(model.resnet().width(), 16);
  EXPECT_EQ(Overridden("stop.epochs=2").stop().limit_case(), v1::Stop::kEpochs);
}

TEST(OverrideTest, ReplacesAGroupInsteadOfMergingIntoIt) {
  const v1::JobSpec spec = Overridden("learner.optimizer={sgd: {momentum: 0.5}}");
  EXPECT_FALSE(spec.learners(0).optimizer().sgd().has_learning_rate());
}

TEST(OverrideTest, MakesAbsentGroups) {
  EXPECT_EQ(Overridden("checkpoint.every.steps=3").checkpoint().every().steps(), 3);
  v1::JobSpec empty;
  EXPECT_TRUE(Override(empty, "learner.name=a").ok());
  EXPECT_EQ(empty.learners(0).name(), "a");
}

TEST(OverrideTest, KeepsTheEqualsSignsOfTheValue) {
  EXPECT_THAT(Refusal("seed=a=b"),
              HasSubstr("'seed' must be a whole number in plain digits, got 'a=b'"));
}

TEST(OverrideTest, NamesTheNearestField) {
  EXPECT_EQ(
      Refusal("learners[0].optimzer.sgd.momentum=1"),
      "learners[0].optimzer.sgd.momentum: unknown field 'optimzer'; did you mean 'optimizer'?");
}

TEST(OverrideTest, RefusesBadPaths) {
  EXPECT_THAT(Refusal("seed"), HasSubstr("expected path=value, got 'seed'"));
  for (const auto* path :
       {"", ".", "a..b", "seed.", "probes[", "probes[]", "probes[x]", "probes[-1]", "probes[0]x",
        "[0]", "probes[99999999999]", "probes[0][0]"}) {
    EXPECT_THAT(Refusal(std::string(path) + "=1"), HasSubstr("is no path")) << path;
  }
}

TEST(OverrideTest, RefusesPathsThatLeadNowhere) {
  EXPECT_THAT(Refusal("seed.x=1"), HasSubstr("'seed' has no fields"));
  EXPECT_THAT(Refusal("seed[0]=1"), HasSubstr("'seed' is no list"));
  EXPECT_THAT(Refusal("stop[+].steps=1"), HasSubstr("'stop' is no list"));
  EXPECT_THAT(Refusal("probes[2].name=a"),
              HasSubstr("'probes' has 2 elements, so there is no [2]"));
  EXPECT_THAT(Refusal("probes[2]={}"), HasSubstr("'probes' has 2 elements, so there is no [2]"));
}

TEST(OverrideTest, AsksWhichOfSeveralElementsIsMeant) {
  EXPECT_THAT(Refusal("learner.name=a"), HasSubstr("2 elements: say which, such as learners[0]"));
}

TEST(OverrideTest, RefusesBadValues) {
  EXPECT_THAT(Refusal("seed="), HasSubstr("the document is empty"));
  EXPECT_THAT(Refusal("seed=\"1\""), HasSubstr("must be a whole number, got the quoted text"));
  EXPECT_THAT(Refusal("stop={steps: 1, steps: 2}"), HasSubstr("'steps' is given twice"));
  EXPECT_THAT(Refusal("stop={steps: [}"), HasSubstr("not valid YAML"));
  EXPECT_THAT(Refusal("probes=[{los: {}}]"), HasSubstr("did you mean 'loss'?"));
}

}  // namespace
}  // namespace geometer::contract
