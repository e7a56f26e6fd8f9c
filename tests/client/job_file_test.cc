#include "client/job_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

absl::StatusOr<std::vector<v1::JobSpec>> Read(const JobSources& sources,
                                              const std::string& in = "") {
  std::istringstream stream(in);
  return ReadJobs(sources, stream);
}

TEST(JobFileTest, ReadsFilesAndStandardInputInOrder) {
  const TemporaryFolder folder;
  const auto specs = Read({{folder.Write("a.yaml", ValidJob("a")), "-"}, {}}, ValidJob("b"));
  ASSERT_TRUE(specs.ok()) << specs.status();
  EXPECT_EQ((*specs)[0].name(), "a");
  EXPECT_EQ((*specs)[1].name(), "b");
}

TEST(JobFileTest, OverridesChangeEveryFile) {
  const auto specs = Read({{"-"}, {"seed=3", "stop.steps=5"}}, ValidJob());
  ASSERT_TRUE(specs.ok()) << specs.status();
  EXPECT_EQ((*specs)[0].seed(), 3);
  EXPECT_EQ((*specs)[0].stop().steps(), 5);
}

TEST(JobFileTest, ErrorsOfAllFilesComeTogetherWithTheirPlaces) {
  const TemporaryFolder folder;
  const std::string bad = folder.Write("bad.yaml", ValidJob() + "sed: 1\n");
  const auto specs = Read({{bad, "absent.yaml"}, {}});
  EXPECT_TRUE(absl::IsInvalidArgument(specs.status()));
  EXPECT_THAT(std::string(specs.status().message()), HasSubstr("bad.yaml:8:1: "));
  EXPECT_THAT(std::string(specs.status().message()), HasSubstr("\nabsent.yaml: No such file"));
}

TEST(JobFileTest, ViolationsPointAtTheirField) {
  const auto specs = Read({{"-"}, {}}, "seed: 1\n" + ValidJob("'a b'"));
  EXPECT_THAT(std::string(specs.status().message()), HasSubstr("standard input:2:7: "));
}

TEST(JobFileTest, AWrongOverrideIsToldOnce) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("a.yaml", ValidJob());
  const auto specs = Read({{file, file}, {"sed=1"}});
  const std::string message(specs.status().message());
  EXPECT_THAT(message, HasSubstr("--set: "));
  EXPECT_EQ(message.find("--set", 1), std::string::npos);
}

TEST(JobFileTest, StandardInputIsReadOnce) {
  EXPECT_TRUE(absl::IsInvalidArgument(Read({{"-", "-"}, {}}, ValidJob()).status()));
}

TEST(JobFileTest, AFolderIsNoFile) {
  const TemporaryFolder folder;
  const auto specs = Read({{folder.path()}, {}});
  EXPECT_THAT(std::string(specs.status().message()), HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace geometer::client
