#include "server/storage/parents.h"

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// SHA-256 of "abc", from FIPS 180-2.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class ParentsTest : public StoreFixture {
 protected:
  // A job that succeeded after 40 steps and left the weights "abc".
  int64_t FinishedParent(v1::Outcome outcome = v1::OUTCOME_SUCCEEDED, bool with_weights = true) {
    const int64_t job_id = StoreFixture::Submit("parent");
    const int64_t attempt_id = Begin(job_id);
    v1::Record weights, finish = FinishOf(outcome);
    v1::ArtifactChunk& chunk = *weights.mutable_artifact();
    chunk.set_name("weights.safetensors");
    chunk.set_size(3);
    chunk.set_sha256(kAbc);
    chunk.set_data("abc");
    finish.mutable_finish()->set_step(40);
    EXPECT_TRUE(!with_weights || Send(attempt_id, weights).ok());
    EXPECT_TRUE(Send(attempt_id, finish).ok());
    return job_id;
  }

  absl::StatusOr<v1::Job> SubmitChild(int64_t parent, uint64_t step = 0,
                                      const std::string& sha256 = "") {
    Submission child = SubmissionOf("child");
    v1::Parent& from =
        *child.explicit_spec.add_learners()->mutable_model()->mutable_weights()->mutable_parent();
    from.set_job(parent);
    from.set_step(step);
    from.set_sha256(sha256);
    return jobs.Submit(child, now);
  }
};

TEST_F(ParentsTest, TheExplicitSpecTellsStepAndDigestOfTheParent) {
  const int64_t parent = FinishedParent();
  const absl::StatusOr<v1::Job> child = SubmitChild(parent);
  ASSERT_TRUE(child.ok()) << child.status();
  const v1::Parent& from = child->spec().learners(0).model().weights().parent();
  EXPECT_EQ(from.step(), 40u);
  EXPECT_EQ(from.sha256(), kAbc);
  EXPECT_TRUE(SubmitChild(parent, 40, kAbc).ok());  // as it would be submitted again
}

TEST_F(ParentsTest, AnUnknownParentIsRefused) {
  const absl::Status status = SubmitChild(7).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "learners[0].model.weights.parent.job: must be a job of this server, got 7");
  EXPECT_EQ(Count("SELECT count(*) FROM job"), 0);
}

TEST_F(ParentsTest, AnotherStepThanTheLastIsRefused) {
  const absl::Status status = SubmitChild(FinishedParent(), 39).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "learners[0].model.weights.parent.step: must be 0 or job 1's last, 40, got 39");
}

TEST_F(ParentsTest, AnotherDigestIsRefused) {
  const std::string other(64, 'a');
  const absl::Status status = SubmitChild(FinishedParent(), 0, other).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("parent.sha256"), HasSubstr(kAbc)));
}

TEST_F(ParentsTest, AParentThatRunsHasToBeWaitedFor) {
  Begin(StoreFixture::Submit());
  const absl::Status status = SubmitChild(1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("which is RUNNING"), HasSubstr("geometer watch 1")));
}

TEST_F(ParentsTest, AParentThatDivergedIsRefused) {
  const absl::Status status = SubmitChild(FinishedParent(v1::OUTCOME_DIVERGED)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("which is DIVERGED: choose another one"));
}

TEST_F(ParentsTest, AParentWithoutWeightsIsRefused) {
  const absl::Status status = SubmitChild(FinishedParent(v1::OUTCOME_SUCCEEDED, false)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("left no weights.safetensors"));
}

TEST_F(ParentsTest, AParentStaysUntilItsChildrenHaveEnded) {
  const int64_t parent = FinishedParent();
  const int64_t child = SubmitChild(parent)->id();
  const absl::Status refused = jobs.Delete(parent).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("job 2 starts from job 1"));
  ASSERT_TRUE(jobs.Cancel(child, now).ok());
  EXPECT_TRUE(jobs.Delete(parent).ok());
}

TEST_F(ParentsTest, ARepeatedSubmissionOutlivesTheParent) {
  const int64_t parent = FinishedParent();
  Submission again = SubmissionOf("child", "request");
  again.explicit_spec.add_learners()->mutable_model()->mutable_weights()->mutable_parent()->set_job(
      parent);
  const int64_t child = jobs.Submit(again, now)->id();
  ASSERT_TRUE(jobs.Cancel(child, now).ok());
  ASSERT_TRUE(jobs.Delete(parent).ok());
  EXPECT_EQ(jobs.Submit(again, now)->id(), child);
}

}  // namespace
}  // namespace geometer::server
