#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/child_process.h"
#include "client/commands/command.h"
#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

// What bash offers for the last word of `words`, one a line.
std::string Complete(const std::string& words) {
  const std::string script = RunClient({"completion", "bash"}).out + "COMP_WORDS=(" + words +
                             ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_geometer\n"
                             "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  return RunProgram({"bash"}, script)->out;
}

TEST(CompletionTest, TheScriptIsValidBash) {
  const auto checked = RunProgram({"bash", "-n"}, RunClient({"completion", "bash"}).out);
  EXPECT_EQ(checked->wait_status, 0) << checked->err;
}

TEST(CompletionTest, EveryCommandIsInEveryScript) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = RunClient({"completion", shell}).out;
    for (const Command& command : Commands()) EXPECT_THAT(script, HasSubstr(command.name));
  }
}

TEST(CompletionTest, BashCompletesCommands) {
  EXPECT_EQ(Complete("geometer ca"), "cancel\n");
  EXPECT_EQ(Complete("geometer artifacts g"), "get\n");
}

TEST(CompletionTest, BashCompletesFlagsOfTheCommandAndOfTheProgram) {
  EXPECT_EQ(Complete("geometer list --st"), "--state\n");
  EXPECT_EQ(Complete("geometer list --ser"), "--server\n");
  EXPECT_EQ(Complete("geometer validate --co"), "--cost\n");
}

TEST(CompletionTest, BashCompletesValuesOfClosedSets) {
  EXPECT_EQ(Complete("geometer list --state succ"), "succeeded\n");
  EXPECT_EQ(Complete("geometer list -o j"), "json\n");
}

TEST(CompletionTest, BashLeavesOtherValuesToFiles) {
  EXPECT_EQ(Complete("geometer plot -O ''"), "\n");
}

TEST(CompletionTest, AnUnknownShellIsWrongUsage) {
  const Result result = RunClient({"completion", "tcsh"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("must be one of bash, fish, zsh"));
}

}  // namespace
}  // namespace geometer::client
