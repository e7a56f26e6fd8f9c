#include "worker/agent/process.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace geometer::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::unique_ptr<ChildProcess> Shell(const std::string& script,
                                    std::vector<std::string> environment = {}) {
  auto process = ChildProcess::Spawn({"/bin/sh", {"-c", script}, std::move(environment)});
  EXPECT_TRUE(process.ok()) << process.status();
  return *std::move(process);
}

std::string ReadAll(int fd) {
  std::string all;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(fd, buffer, sizeof buffer)) > 0;) all.append(buffer, got);
  return all;
}

TEST(ChildProcessTest, TellsTheExitCode) {
  EXPECT_EQ(Shell("exit 3")->Reap(seconds(60)).ToString(), "exit code 3");
}

TEST(ChildProcessTest, TellsTheSignalByItsName) {
  EXPECT_EQ(Shell("kill -SEGV $$")->Reap(seconds(60)).ToString(), "signal SIGSEGV");
}

TEST(ChildProcessTest, KillsWhatDoesNotEndInTime) {
  const auto process = Shell("trap '' TERM; sleep 1000");
  EXPECT_EQ(process->Reap(milliseconds(0)).ToString(), "signal SIGKILL");
}

TEST(ChildProcessTest, KillsDescendantsThatHoldTheOutputOpen) {
  const auto process = Shell("sleep 1000 & exit 0");
  EXPECT_EQ(process->Reap(seconds(60)).code, 0);
  EXPECT_EQ(ReadAll(process->output()), "");
}

TEST(ChildProcessTest, CapturesOutputAndErrors) {
  const auto process = Shell("echo out; echo err >&2");
  EXPECT_EQ(ReadAll(process->output()), "out\nerr\n");
}

TEST(ChildProcessTest, GivesTheSocketAndNoOtherDescriptor) {
  const int leak = dup(STDIN_FILENO);  // without close-on-exec
  const auto process = Shell("cd /proc/self/fd; for fd in *; do echo -n $fd,; done");
  EXPECT_EQ(ReadAll(process->output()).substr(0, 8), "0,1,2,3,");
  EXPECT_FALSE(ReadAll(process->output()).find(std::to_string(leak)) == 0);
  close(leak);
}

TEST(ChildProcessTest, TheSocketEndsWithTheProcess) {
  const auto process = Shell("echo hello >&3; exit 0");
  EXPECT_EQ(ReadAll(process->socket()), "hello\n");
}

TEST(ChildProcessTest, GivenVariablesReplaceInheritedOnes) {
  setenv("GEOMETER_TEST_A", "old", 1);
  setenv("GEOMETER_TEST_B", "kept", 1);
  const auto process = Shell("echo $GEOMETER_TEST_A $GEOMETER_TEST_B", {"GEOMETER_TEST_A=new"});
  EXPECT_EQ(ReadAll(process->output()), "new kept\n");
}

TEST(ChildProcessTest, KnowsItsMemoryWhileItLives) {
  const auto process = Shell("echo; read line <&3");
  char byte;
  ASSERT_EQ(read(process->output(), &byte, 1), 1);
  EXPECT_GT(process->ResidentBytes(), 0);
  process->Reap(milliseconds(0));
  EXPECT_EQ(process->ResidentBytes(), 0);
}

TEST(ChildProcessTest, AMissingProgramIsAnError) {
  EXPECT_TRUE(absl::IsNotFound(ChildProcess::Spawn({"/no/such/program", {}, {}}).status()));
}

}  // namespace
}  // namespace geometer::worker
