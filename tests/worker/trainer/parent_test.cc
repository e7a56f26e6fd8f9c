#include "worker/trainer/parent.h"

#include <gmock/gmock.h>

#include "proto/contract/file_digest.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// SHA-256 of "abc", from FIPS 180-2.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class ParentTest : public testing::Test {
 protected:
  absl::StatusOr<std::filesystem::path> Find(const std::string& sha256) {
    v1::Parent parent;
    parent.set_job(12);
    parent.set_sha256(sha256);
    return FindWeights(parent, folder_.path());
  }
  std::filesystem::path FileOf(const std::string& sha256) {
    return folder_.path() / "artifacts" / sha256;
  }

  const TemporaryFolder folder_;
};

TEST_F(ParentTest, IsTheFileNamedByItsDigest) {
  WriteBytes(FileOf(kAbc), "abc");
  const auto file = Find(kAbc);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(*file, FileOf(kAbc));
}

TEST_F(ParentTest, ThatIsNotThereSaysWhereItBelongs) {
  const absl::Status status = Find(kAbc).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(FileOf(kAbc).native()), HasSubstr("the weights of job 12")));
}

TEST_F(ParentTest, WithOtherBytesIsRefused) {
  WriteBytes(FileOf(kAbc), "abd");
  const absl::Status status = Find(kAbc).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("expected the weights of job 12"));
}

TEST_F(ParentTest, ThatNoServerResolvedIsRefused) {
  const absl::Status status = Find("").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("weights.parent.sha256"));
}

// The output layer too, so that a child that does not move ends where its parent did, bit for bit.
TEST(ParentRunTest, AJobStartsFromTheWeightsOfItsParent) {
  const TemporaryFolder first, second;
  for (const auto* folder : {&first, &second}) WriteSmallMnist(folder->path());
  Recorder recorder, next;
  ASSERT_EQ(RunIn(first.path(), Job(kMlpJob), recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  const std::filesystem::path weights = first.path() / "weights.safetensors";
  const std::string digest = *contract::Sha256OfFile(weights);
  std::filesystem::create_directories(second.path() / "artifacts");
  std::filesystem::copy_file(weights, second.path() / "artifacts" / digest);
  const v1::JobSpec still =
      Job(kMlpJob, {"learner.model.weights={parent: {job: 1, sha256: " + digest + "}}",
                    "learner.optimizer.sgd.learning_rate=0"});
  const v1::Finish finish = RunIn(second.path(), still, next);
  ASSERT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_TRUE(BitwiseEqual(WeightsIn(first.path()), WeightsIn(second.path())));
}

TEST(ParentRunTest, AJobWithoutItsParentsWeightsLacksData) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  const v1::Finish finish = RunIn(
      folder.path(),
      Job(kMlpJob, {std::string("learner.model.weights={parent: {job: 1, sha256: ") + kAbc + "}}"}),
      recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_MISSING_DATA);
}

}  // namespace
}  // namespace geometer::trainer
