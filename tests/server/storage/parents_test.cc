#include "server/storage/parents.h"

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// SHA-256 of "abc", from FIPS 180-2.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class ParentsTest : public StoreFixture {
 protected:
  // A job that succeeded after 40 steps and left the weights "abc".
  int64_t FinishedParent(v1::Outcome outcome = v1::OUTCOME_SUCCEEDED, bool with_weights = true) {
    const int64_t job_id = StoreFixture::Submit("parent");
    End(Begin(job_id), outcome, with_weights);
    return job_id;
  }

  void End(int64_t attempt_id, v1::Outcome outcome = v1::OUTCOME_SUCCEEDED,
           bool with_weights = true) {
    v1::Record weights, finish = FinishOf(outcome);
    v1::ArtifactChunk& chunk = *weights.mutable_artifact();
    chunk.set_name("weights.safetensors");
    chunk.set_size(3);
    chunk.set_sha256(kAbc);
    chunk.set_data("abc");
    finish.mutable_finish()->set_step(40);
    EXPECT_TRUE(!with_weights || Send(attempt_id, weights).ok());
    EXPECT_TRUE(Send(attempt_id, finish).ok());
  }

  // A job that trained one network on pictures as they are.
  int64_t FinishedTrunk() {
    Submission trunk = SubmissionOf("trunk");
    trunk.explicit_spec.add_data()->mutable_normalization()->mutable_none();
    trunk.explicit_spec.add_learners()->mutable_model()->mutable_mlp()->add_hidden(64);
    const int64_t job_id = jobs.Submit(trunk, now)->id();
    End(Begin(job_id));
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

  absl::StatusOr<v1::Job> SubmitOn(v1::Dataset data) {
    Submission child = SubmissionOf("child");
    *child.explicit_spec.add_data() = std::move(data);
    return jobs.Submit(child, now);
  }
  static v1::Dataset EmbeddedBy(int64_t parent) {
    v1::Dataset data;
    data.mutable_normalization()->mutable_none();
    data.mutable_embedding()->mutable_parent()->set_job(parent);
    return data;
  }

  std::vector<int64_t> Unblocked() {
    std::vector<int64_t> ids;
    const auto moved = jobs.Unblock(now);
    for (const v1::Job& job : moved.value()) ids.push_back(job.id());
    return ids;
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
            "learners[0].model.weights.parent.job: must be a job of this server (`geometer list`), "
            "got 7");
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

TEST_F(ParentsTest, AChildWaitsForTheEndOfItsParent) {
  const int64_t attempt_id = Begin(StoreFixture::Submit());
  const absl::StatusOr<v1::Job> child = SubmitChild(1);
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ(child->state(), v1::JOB_STATE_BLOCKED);
  EXPECT_THAT(Unblocked(), IsEmpty());
  EXPECT_THAT(jobs.Queued(), IsEmpty());
  End(attempt_id);
  EXPECT_THAT(Unblocked(), ElementsAre(child->id()));
  const v1::Job queued = *jobs.Get(child->id());
  EXPECT_EQ(queued.state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(queued.spec().learners(0).model().weights().parent().sha256(), kAbc);
  EXPECT_THAT(Unblocked(), IsEmpty());
}

TEST_F(ParentsTest, ChildrenOfWhatFailedEndWithIt) {
  const int64_t attempt_id = Begin(StoreFixture::Submit());
  const int64_t child = SubmitChild(1)->id();
  const int64_t grandchild = SubmitChild(child)->id();
  End(attempt_id, v1::OUTCOME_DIVERGED);
  EXPECT_THAT(Unblocked(), ElementsAre(child, grandchild));
  for (const int64_t job_id : {child, grandchild}) {
    const v1::Job job = *jobs.Get(job_id);
    EXPECT_EQ(job.state(), v1::JOB_STATE_CANCELLED);
    EXPECT_TRUE(job.has_end_time());
    EXPECT_THAT(job.message(), HasSubstr(job_id == child ? "got job 1, which is DIVERGED"
                                                         : "got job 2, which is CANCELLED"));
  }
}

TEST_F(ParentsTest, ABlockedChildCanBeCancelledAndKeepsItsParent) {
  Begin(StoreFixture::Submit());
  const int64_t child = SubmitChild(1)->id();
  EXPECT_EQ(CodeOf(jobs.Delete(child)), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(jobs.Delete(1).status().message()), HasSubstr("job 2 starts from job 1"));
  EXPECT_EQ(jobs.Cancel(child, now)->state(), v1::JOB_STATE_CANCELLED);
}

TEST_F(ParentsTest, WhatIsWrongBesideAnUnfinishedParentIsToldAtOnce) {
  Begin(StoreFixture::Submit());
  Submission child = SubmissionOf("child");
  *child.explicit_spec.add_data() = EmbeddedBy(1);
  *child.explicit_spec.add_data() = EmbeddedBy(9);
  EXPECT_EQ(CodeOf(jobs.Submit(child, now)), absl::StatusCode::kInvalidArgument);
}

TEST_F(ParentsTest, AnEmbeddingTellsItsNetwork) {
  const int64_t trunk = FinishedTrunk();
  const absl::StatusOr<v1::Job> child = SubmitOn(EmbeddedBy(trunk));
  ASSERT_TRUE(child.ok()) << child.status();
  const v1::Embedding& embedding = child->spec().data(0).embedding();
  EXPECT_EQ(embedding.parent().sha256(), kAbc);
  EXPECT_EQ(embedding.model().mlp().hidden(0), 64u);
  EXPECT_TRUE(SubmitOn(child->spec().data(0)).ok());  // as it would be submitted again
  EXPECT_EQ(CodeOf(jobs.Delete(trunk)), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ParentsTest, AnEmbeddingByAnotherNetworkOrScaleIsRefused) {
  const int64_t trunk = FinishedTrunk();
  v1::Dataset wider = EmbeddedBy(trunk), scaled = EmbeddedBy(trunk);
  wider.mutable_embedding()->mutable_model()->mutable_mlp()->add_hidden(65);
  scaled.mutable_normalization()->mutable_given()->add_mean(1);
  for (const auto& [data, message] :
       {std::pair(wider, "data[0].embedding.model: must be left out or that of job 1"),
        std::pair(scaled, "data[0].embedding: needs inputs normalised as job 1's")}) {
    const absl::Status status = SubmitOn(data).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }
}

TEST_F(ParentsTest, AnEmbeddingByAGameOrByAnEmbeddingIsRefused) {
  const int64_t trunk = FinishedTrunk();
  Submission game = SubmissionOf("game");
  game.explicit_spec.add_data()->mutable_normalization()->mutable_none();
  for (int i = 0; i < 2; ++i) game.explicit_spec.add_learners();
  const int64_t game_id = jobs.Submit(game, now)->id();
  End(Begin(game_id));
  Submission second = SubmissionOf("second");
  *second.explicit_spec.add_data() = EmbeddedBy(trunk);
  second.explicit_spec.add_learners();
  const int64_t second_id = jobs.Submit(second, now)->id();
  End(Begin(second_id));
  EXPECT_THAT(std::string(SubmitOn(EmbeddedBy(game_id)).status().message()), HasSubstr("a game"));
  EXPECT_THAT(std::string(SubmitOn(EmbeddedBy(second_id)).status().message()),
              HasSubstr("on an embedding"));
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
