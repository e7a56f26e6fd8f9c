#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <thread>

#include "client/child_process.h"
#include "tests/client/run.h"
#include "tests/program.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

// A worker that tells when it is ended.
constexpr char kGoodWorker[] = R"(#!/bin/sh
trap 'echo worker >> "$2/../order"; kill $!; exit 0' TERM
touch "$2/started"
sleep 1000 &
wait
)";

class UpTest : public testing::Test {
 protected:
  UpTest() {
    std::filesystem::copy_file(BuiltProgram("geometer"), folder_.path() / "geometer");
    std::filesystem::copy_file(BuiltProgram("stand_in_server"), folder_.path() / "geometer-server");
    WriteWorker(kGoodWorker);
  }

  void WriteWorker(const std::string& script) {
    std::filesystem::permissions(folder_.Write("geometer-worker", script),
                                 std::filesystem::perms::owner_all);
  }

  ChildProcess Start() {
    return *ChildProcess::Start({folder_.path() / "geometer", "up", "--data", data_, "--ready-file",
                                 folder_.path() / "address"},
                                folder_.path() / "err");
  }

  // The test's time limit is the deadline.
  void WaitForFile(const std::filesystem::path& path) {
    while (!std::filesystem::exists(path)) std::this_thread::yield();
  }

  std::string WaitForEnd(ChildProcess& up) {
    while (!up.Poll()) std::this_thread::yield();
    return WaitStatusText(*up.Poll());
  }

  std::string Errors() { return ReadFile(folder_.path() / "err"); }

  const TemporaryFolder folder_;
  const std::filesystem::path data_ = folder_.path() / "data";
};

TEST_F(UpTest, TellsWhenItIsReadyAndWhereItListens) {
  ChildProcess up = Start();
  WaitForFile(folder_.path() / "address");
  EXPECT_THAT(ReadFile(folder_.path() / "address"), testing::MatchesRegex("127.0.0.1:[0-9]+\n"));
  while (up.Output().find("\nready\n") == std::string::npos) std::this_thread::yield();
  EXPECT_THAT(up.Output(), HasSubstr("worker   2 slots\n"));
}

TEST_F(UpTest, EndsTheWorkerThenTheServer) {
  ChildProcess up = Start();
  WaitForFile(data_ / "worker/started");
  WaitForFile(folder_.path() / "address");
  up.Signal(SIGINT);
  EXPECT_EQ(WaitForEnd(up), "exit code 0");
  EXPECT_EQ(ReadFile(data_ / "order"), "worker\nserver\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "address"));
}

TEST_F(UpTest, ADeadWorkerEndsTheService) {
  WriteWorker("#!/bin/sh\necho no trainer >&2\nexit 3\n");
  ChildProcess up = Start();
  EXPECT_EQ(WaitForEnd(up), "exit code 1");
  EXPECT_THAT(Errors(), HasSubstr("the worker has ended (exit code 3)"));
  EXPECT_THAT(Errors(), HasSubstr("no trainer"));
  EXPECT_EQ(ReadFile(data_ / "order"), "server\n");
}

TEST_F(UpTest, AnAbsentProgramIsNamed) {
  std::filesystem::remove(folder_.path() / "geometer-server");
  ChildProcess up = Start();
  EXPECT_EQ(WaitForEnd(up), "exit code 1");
  EXPECT_THAT(Errors(), HasSubstr("geometer-server: No such file"));
}

TEST_F(UpTest, NothingOutlivesAKill) {
  ChildProcess up = Start();
  WaitForFile(data_ / "worker/started");
  WaitForFile(folder_.path() / "address");
  up.Signal(SIGKILL);
  // Both are told by the kernel, in any order.
  while (ReadFile(data_ / "order").size() < std::string("worker\nserver\n").size()) {
    std::this_thread::yield();
  }
}

}  // namespace
}  // namespace geometer::client
