#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "client/child_process.h"
#include "tests/client/run.h"
#include "tests/program.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ValidateTest, AValidFileIsSaidToBe) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("a.yaml", ValidJob());
  const Result result = RunClient({"validate", file});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, file + ": valid\n");
}

TEST(ValidateTest, EveryErrorIsToldByPlace) {
  const Result result = RunClient({"validate", "-"}, {.in = ValidJob() + "sed: 1\nthread: 2\n"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("geometer: standard input:8:1: "));
  EXPECT_THAT(result.err, HasSubstr("geometer: standard input:9:1: "));
}

TEST(ValidateTest, TheExplicitSpecHasAllDefaults) {
  const Result result =
      RunClient({"validate", "-", "--explicit", "--set", "seed=3"}, {.in = ValidJob()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("seed: 3\ndtype: float32\n"));
}

TEST(ValidateTest, TheExplicitSpecIsItselfValid) {
  const Result first = RunClient({"validate", "-", "--explicit"}, {.in = ValidJob()});
  const Result second = RunClient({"validate", "-", "--explicit"}, {.in = first.out});
  EXPECT_EQ(second.out, first.out);
}

// A trainer that keeps what it is given and prints an estimate.
constexpr char kTrainer[] = R"(#!/bin/sh
here=$(dirname "$0")
echo "$1" > "$here/arguments"
cat "$2" > "$here/job"
cat <<END
{"updates": {"seconds": 0.002, "times": "2000", "total_seconds": 4, "share": 0.8},
 "measurements": [{"probe": "loss", "split": "SPLIT_TRAIN", "seconds": 0.01, "times": "100",
                   "total_seconds": 1, "share": 0.2}],
 "total_seconds": 5, "measuring_share": 0.2, "peak_memory_bytes": "3145728"}
END
)";

// The program beside a stand-in for the trainer.
class ValidateCostTest : public testing::Test {
 protected:
  ValidateCostTest() {
    std::filesystem::copy_file(BuiltProgram("geometer"), folder_.path() / "geometer");
    WriteTrainer(kTrainer);
  }

  void WriteTrainer(const std::string& script) {
    std::filesystem::permissions(folder_.Write("geometer-trainer", script),
                                 std::filesystem::perms::owner_all);
  }

  ProgramOutput Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {folder_.path() / "geometer", "validate", "--cost"});
    return *RunProgram(arguments, ValidJob());
  }

  std::string Left(const char* name) { return ReadFile(folder_.path() / name); }

  const TemporaryFolder folder_;
  const std::string file_ = folder_.Write("a.yaml", ValidJob());
};

TEST_F(ValidateCostTest, ShowsWhatTheTrainerPredicts) {
  const ProgramOutput output = Run({file_});
  EXPECT_EQ(WaitStatusText(output.wait_status), "exit code 0") << output.err;
  EXPECT_EQ(output.out, file_ +
                            ": valid\n"
                            "about 5.0 s, 20.0 % of it measuring; 3.0 MiB of memory\n"
                            "PART     SPLIT   EACH  TIMES  TOTAL   SHARE\n"
                            "updates          2 ms   2000  4.0 s  80.0 %\n"
                            "loss     train  10 ms    100  1.0 s  20.0 %\n");
  EXPECT_EQ(output.err, "");
}

TEST_F(ValidateCostTest, TheTrainerIsGivenTheJobWithItsOverrides) {
  Run({"-", "--set", "seed=3"});
  EXPECT_EQ(Left("arguments"), "cost\n");
  EXPECT_THAT(Left("job"), HasSubstr("seed: 3\n"));
}

TEST_F(ValidateCostTest, JsonIsAListWithAnObjectForEachFile) {
  const ProgramOutput output = Run({file_, "-", "-o", "json"});
  const auto json = nlohmann::json::parse(output.out);
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["file"], file_);
  EXPECT_EQ(json[1]["updates"]["times"], 2000);
  EXPECT_EQ(json[1]["measurements"][0]["split"], "train");
}

TEST_F(ValidateCostTest, CsvHasALineForEachPart) {
  EXPECT_THAT(Run({"-", "-o", "csv"}).out,
              StartsWith("file,part,task,split,seconds,times,total_seconds,share,plain_updates\n"
                         "-,updates,,,0.002,2000,4,0.8,\n"));
}

TEST_F(ValidateCostTest, WhatTheTrainerSaysAboutMissingDataIsPassedOn) {
  WriteTrainer("#!/bin/sh\necho 'mnist is missing; to get it: deploy/data.sh mnist' >&2\nexit 1\n");
  const ProgramOutput output = Run({file_});
  EXPECT_EQ(WaitStatusText(output.wait_status), "exit code 1");
  EXPECT_EQ(output.err, absl::StrCat("geometer: ", file_,
                                     ": mnist is missing; to get it: deploy/data.sh mnist\n"));
}

TEST_F(ValidateCostTest, AJobThatTheTrainerRefusesIsStatus2) {
  WriteTrainer("#!/bin/sh\necho no >&2\nexit 2\n");
  EXPECT_EQ(WaitStatusText(Run({file_}).wait_status), "exit code 2");
}

TEST_F(ValidateCostTest, ADeadTrainerIsTold) {
  WriteTrainer("#!/bin/sh\nkill -9 $$\n");
  EXPECT_THAT(Run({file_}).err, HasSubstr("geometer-trainer has ended (killed by signal 9"));
}

TEST_F(ValidateCostTest, ATrainerThatPrintsSomethingElseIsTold) {
  WriteTrainer("#!/bin/sh\necho hello\n");
  EXPECT_THAT(Run({file_}).err, HasSubstr("is it of this release?"));
}

TEST_F(ValidateCostTest, AnAbsentTrainerIsNamed) {
  std::filesystem::remove(folder_.path() / "geometer-trainer");
  EXPECT_THAT(Run({file_}).err, HasSubstr("geometer-trainer: No such file"));
}

TEST_F(ValidateCostTest, AnInvalidJobNeedsNoTrainer) {
  const std::string bad = folder_.Write("b.yaml", "name: x\nsede: 3\n");
  EXPECT_EQ(WaitStatusText(Run({bad}).wait_status), "exit code 2");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "job"));
}

TEST(ValidateTest, AFormatIsForCostsOnly) {
  EXPECT_EQ(RunClient({"validate", "-", "-o", "json"}, {.in = ValidJob()}).code, 2);
  EXPECT_EQ(RunClient({"validate", "-", "--cost", "--explicit"}, {.in = ValidJob()}).code, 2);
}

TEST(ValidateTest, TheHelpHasAnExampleOfCosts) {
  EXPECT_THAT(RunClient({"validate", "--help"}).out,
              HasSubstr("Example:\n  geometer validate job.yaml --cost"));
}

}  // namespace
}  // namespace geometer::client
