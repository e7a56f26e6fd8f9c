#include "server/storage/artifact_files.h"

#include <fstream>
#include <sstream>

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

namespace fs = std::filesystem;

// SHA-256 of "abc", from FIPS 180-2.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kEmpty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

v1::Record Chunk(uint64_t offset, const std::string& data, uint64_t size = 3,
                 const std::string& sha256 = kAbc) {
  v1::Record record;
  v1::ArtifactChunk& chunk = *record.mutable_artifact();
  chunk.set_name("weights");
  chunk.set_size(size);
  chunk.set_sha256(sha256);
  chunk.set_offset(offset);
  chunk.set_data(data);
  return record;
}

class ArtifactFilesTest : public StoreFixture {
 protected:
  absl::StatusOr<StoredArtifact> Find() {
    v1::ReadArtifactRequest request;
    request.set_job_id(job_id);
    request.set_name("weights");
    return results.FindArtifact(request, artifacts);
  }
  static std::string Read(const fs::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }

  int64_t job_id = Submit();
  int64_t attempt_id = Begin(job_id);
};

TEST_F(ArtifactFilesTest, ChunksBecomeAFileOnceTheLastOneCame) {
  ASSERT_TRUE(Send(attempt_id, Chunk(0, "ab")).ok());
  EXPECT_TRUE(results.ListArtifacts(job_id)->empty());
  ASSERT_TRUE(Send(attempt_id, Chunk(2, "c")).ok());
  const auto stored = Find();
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->artifact.size(), 3u);
  EXPECT_EQ(stored->artifact.sha256(), kAbc);
  EXPECT_EQ(Read(stored->path), "abc");
}

TEST_F(ArtifactFilesTest, AnEmptyFileIsOneEmptyChunk) {
  ASSERT_TRUE(Send(attempt_id, Chunk(0, "", 0, kEmpty)).ok());
  EXPECT_EQ(Read(Find()->path), "");
}

TEST_F(ArtifactFilesTest, AWrongDigestIsDataLoss) {
  EXPECT_EQ(CodeOf(Send(attempt_id, Chunk(0, "abd"))), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CodeOf(Find()), absl::StatusCode::kNotFound);
}

TEST_F(ArtifactFilesTest, AChunkThatWasUndoneIsWrittenAgain) {
  ASSERT_TRUE(Send(attempt_id, Chunk(0, "ab")).ok());
  {
    Transaction lost(database, Transaction::Kind::kWrite);
    ASSERT_TRUE(AppendChunk(database, artifacts, attempt_id, 2, Chunk(2, "c").artifact()).ok());
  }
  ASSERT_TRUE(Send(attempt_id, Chunk(2, "c")).ok());
  EXPECT_EQ(Read(Find()->path), "abc");
}

TEST_F(ArtifactFilesTest, MalformedChunksAreRefused) {
  v1::Record folder = Chunk(0, "abc");
  folder.mutable_artifact()->set_name("../weights");
  const v1::Record malformed[] = {
      folder,
      Chunk(1, "bc"),
      Chunk(0, ""),
      Chunk(0, "abcd"),
      Chunk(~uint64_t{0}, "abc"),
      Chunk(0, "abc", 3, "BA7816"),
      Chunk(0, "abc", (uint64_t{4} << 30) + 1),
      Chunk(0, std::string((1 << 20) + 1, 'x'), 1 << 21),
  };
  for (const v1::Record& record : malformed) {
    EXPECT_EQ(CodeOf(Send(attempt_id, record)), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(ArtifactFilesTest, LaterChunksMustContinueTheFirst) {
  ASSERT_TRUE(Send(attempt_id, Chunk(0, "ab")).ok());
  EXPECT_EQ(CodeOf(Send(attempt_id, Chunk(0, "ab"))), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Send(attempt_id, Chunk(2, "c", 4))), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Send(attempt_id, Chunk(2, "c", 3, kEmpty))), absl::StatusCode::kInvalidArgument);
}

TEST_F(ArtifactFilesTest, ArtifactsBeyondTheResumedCheckpointAreDead) {
  ASSERT_TRUE(Send(attempt_id, CheckpointAt(10)).ok());
  ASSERT_TRUE(Send(attempt_id, Chunk(0, "abc")).ok());
  ASSERT_TRUE(Send(attempt_id, FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_CRASHED)).ok());
  ASSERT_TRUE(Find().ok());
  Begin(job_id);
  EXPECT_EQ(CodeOf(Find()), absl::StatusCode::kNotFound);
}

TEST_F(ArtifactFilesTest, FoldersOfADeletedJobAreRemoved) {
  ASSERT_TRUE(Send(attempt_id, Chunk(0, "abc")).ok());
  RemoveFolders(artifacts, {attempt_id, 99});
  EXPECT_TRUE(fs::is_empty(artifacts));
}

}  // namespace
}  // namespace geometer::server
