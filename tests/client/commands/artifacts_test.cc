#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

class ArtifactsTest : public testing::Test {
 protected:
  ArtifactsTest() {
    service_.artifacts["weights.safetensors"] = "abc";
    service_.artifact_sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  }

  Result Get(const std::string& name) {
    return RunClient(service_, {"artifacts", "get", "7", name, "-O", folder_.path() / "out"});
  }

  ScriptedService service_;
  const TemporaryFolder folder_;
};

TEST_F(ArtifactsTest, ListsNamesSizesAndDigests) {
  EXPECT_EQ(RunClient(service_, {"artifacts", "list", "7", "-o", "csv"}).out,
            "name,size,sha256\nweights.safetensors,3," + service_.artifact_sha256 + "\n");
  EXPECT_THAT(RunClient(service_, {"artifacts", "list", "7"}).out, HasSubstr("3 B"));
}

TEST_F(ArtifactsTest, FetchesAFile) {
  const Result result = Get("weights.safetensors");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(ReadFile(folder_.path() / "out"), "abc");
}

TEST_F(ArtifactsTest, ADamagedFileIsNotKept) {
  service_.artifact_sha256 = std::string(64, '0');
  const Result result = Get("weights.safetensors");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("arrived damaged"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ArtifactsTest, AnUnknownNameGetsTheNearestOne) {
  const Result result = Get("weight.safetensors");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("did you mean 'weights.safetensors'?"));
}

TEST_F(ArtifactsTest, AFolderThatIsNotThereIsToldByName) {
  const Result result = RunClient(service_, {"artifacts", "get", "7", "weights.safetensors", "-O",
                                             folder_.path() / "absent" / "out"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("absent/out"));
}

TEST_F(ArtifactsTest, NeitherListNorGetIsWrongUsage) {
  EXPECT_EQ(RunClient(service_, {"artifacts"}).code, 2);
}

}  // namespace
}  // namespace geometer::client
