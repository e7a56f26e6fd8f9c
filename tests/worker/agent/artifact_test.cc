#include "worker/agent/artifact.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/worker/agent/temp_folder.h"

namespace geometer::worker {
namespace {

class ArtifactTest : public testing::Test {
 protected:
  std::vector<v1::ArtifactChunk> Chunks() {
    std::vector<v1::ArtifactChunk> chunks;
    const auto records = *spool_->ReadAfter(0, {.bytes = 1 << 30, .records = 1000});
    for (const v1::Record& record : records) chunks.push_back(record.artifact());
    return chunks;
  }
  void Write(const char* name, const std::string& bytes) { std::ofstream(folder_ / name) << bytes; }
  absl::Status Spooled(const std::string& name) {
    return SpoolArtifact(folder_.path(), name, *spool_);
  }

  TempFolder folder_;
  std::shared_ptr<Spool> spool_ = *Spool::Open(folder_ / "spool", 1);
};

// SHA-256 of "abc": FIPS 180-2, appendix B.1.
TEST_F(ArtifactTest, ASmallFileIsOneChunkWithItsDigest) {
  Write("a.txt", "abc");
  ASSERT_TRUE(Spooled("a.txt").ok());
  ASSERT_EQ(Chunks().size(), 1);
  EXPECT_EQ(Chunks()[0].name(), "a.txt");
  EXPECT_EQ(Chunks()[0].data(), "abc");
  EXPECT_EQ(Chunks()[0].sha256(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(ArtifactTest, ALongFileIsCutIntoChunksThatJoinToIt) {
  std::string bytes((2 << 20) + 5, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  Write("weights", bytes);
  ASSERT_TRUE(Spooled("weights").ok());
  std::string joined;
  for (const v1::ArtifactChunk& chunk : Chunks()) {
    EXPECT_EQ(chunk.offset(), joined.size());
    EXPECT_EQ(chunk.size(), bytes.size());
    joined += chunk.data();
  }
  EXPECT_EQ(joined, bytes);
}

TEST_F(ArtifactTest, AnEmptyFileIsOneEmptyChunk) {
  Write("empty", "");
  ASSERT_TRUE(Spooled("empty").ok());
  ASSERT_EQ(Chunks().size(), 1);
  EXPECT_EQ(Chunks()[0].size(), 0);
}

TEST_F(ArtifactTest, NamesWithFoldersAndLinksAreRefused) {
  std::filesystem::create_symlink("/etc/hostname", folder_ / "link");
  for (const char* name : {"", ".", "..", "../spool", "/etc/hostname", "link", "absent"}) {
    EXPECT_FALSE(Spooled(name).ok()) << name;
  }
  EXPECT_TRUE(Chunks().empty());
}

}  // namespace
}  // namespace geometer::worker
