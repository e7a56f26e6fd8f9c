#include "client/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

// Polls until the child has ended; the test's time limit is the deadline.
int WaitFor(ChildProcess& child) {
  while (!child.Poll()) std::this_thread::yield();
  return *child.Poll();
}

TEST(RunProgramTest, CarriesInputAndBothOutputs) {
  const auto output = RunProgram({"sh", "-c", "cat; echo oops >&2; exit 3"}, "hello");
  ASSERT_TRUE(output.ok());
  EXPECT_EQ(output->out, "hello");
  EXPECT_EQ(output->err, "oops\n");
  EXPECT_EQ(WaitStatusText(output->wait_status), "exit code 3");
}

TEST(RunProgramTest, LargeInputAndOutputDoNotBlock) {
  const std::string text(3 << 20, 'x');
  EXPECT_EQ(RunProgram({"cat"}, text)->out, text);
}

TEST(RunProgramTest, AnAbsentProgramIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(RunProgram({"no-such-program"}, "").status()));
}

TEST(ChildProcessTest, SeparatesOutputFromTheLog) {
  const TemporaryFolder folder;
  auto child =
      ChildProcess::Start({"/bin/sh", "-c", "echo out; echo err >&2"}, folder.path() / "log");
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(WaitStatusText(WaitFor(*child)), "exit code 0");
  EXPECT_EQ(child->Output(), "out\n");
  EXPECT_EQ(ReadFile(folder.path() / "log"), "err\n");
}

TEST(ChildProcessTest, ASignalEndsIt) {
  const TemporaryFolder folder;
  auto child = ChildProcess::Start({"/bin/sleep", "1000"}, folder.path() / "log");
  ASSERT_TRUE(child.ok());
  child->Signal(SIGTERM);
  EXPECT_THAT(WaitStatusText(WaitFor(*child)), HasSubstr("killed by signal 15"));
}

TEST(ChildProcessTest, DiesWithItsOwner) {
  const TemporaryFolder folder;
  pid_t pid = 0;
  {
    const auto child = ChildProcess::Start({"/bin/sleep", "1000"}, folder.path() / "log");
    ASSERT_TRUE(child.ok());
    pid = child->pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

}  // namespace
}  // namespace geometer::client
