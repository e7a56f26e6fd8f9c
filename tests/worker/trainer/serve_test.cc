#include "worker/trainer/serve.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "proto/contract/delimited.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/malformed_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

// A trainer in a thread, and the worker's end of its socket.
class ServeTest : public testing::Test {
 protected:
  explicit ServeTest(at::Device device = at::kCPU) {
    int ends[2];
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    fd_ = ends[0];
    reader_.emplace(fd_);
    trainer_ = std::thread([this, fd = ends[1], device] {
      exit_status_ = Serve(fd, device);
      close(fd);
    });
  }
  ~ServeTest() override {
    if (trainer_.joinable()) End();
    close(fd_);
  }

  // Closes the worker's side and returns the trainer's exit status.
  int End() {
    shutdown(fd_, SHUT_WR);
    trainer_.join();
    return exit_status_;
  }

  void Start(const v1::JobSpec& spec) {
    v1::TrainerCommand command;
    *command.mutable_start()->mutable_spec() = spec;
    command.mutable_start()->set_directory(folder_.path().string());
    command.mutable_start()->set_data_directory(folder_.path().string());
    Send(command);
  }

  void Send(const v1::TrainerCommand& command) {
    ASSERT_TRUE(contract::WriteDelimited(fd_, command).ok());
  }

  v1::TrainerReport Next() {
    v1::TrainerReport report;
    EXPECT_TRUE(reader_->Next(report).value());
    return report;
  }

  // Skips what comes before the attempt's end.
  v1::Finish NextFinish() {
    for (;;) {
      const v1::TrainerReport report = Next();
      if (report.has_finish()) return report.finish();
    }
  }

  const TemporaryFolder folder_;
  int fd_ = -1;
  std::optional<contract::DelimitedReader> reader_;
  std::thread trainer_;
  int exit_status_ = -1;
};

TEST_F(ServeTest, SaysThatItIsReadyBeforeAnythingElse) {
  EXPECT_EQ(Next().ready().torch_version(), "2.11.0");
}

// LibTorch has no such device here.
class BrokenDeviceServeTest : public ServeTest {
 protected:
  BrokenDeviceServeTest() : ServeTest(at::kXPU) {}
};

TEST_F(BrokenDeviceServeTest, ADeviceThatCannotBeWarmedUpDoesNotEndTheTrainer) {
  EXPECT_TRUE(Next().has_ready());
  EXPECT_EQ(End(), 0);
}

TEST_F(ServeTest, RunsOneAttemptAfterAnother) {
  for (int i = 0; i < 2; ++i) {
    Start(Job(kFunctionJob));
    EXPECT_EQ(NextFinish().outcome(), v1::OUTCOME_SUCCEEDED);
  }
}

TEST_F(ServeTest, EndsWithTheWorkersEndOfTheStream) { EXPECT_EQ(End(), 0); }

TEST_F(ServeTest, EndsARunningAttemptWithTheStream) {
  Start(Job(kFunctionJob, {"stop.steps=1000000000"}));
  EXPECT_EQ(End(), 0);
}

TEST_F(ServeTest, AStreamThatIsNotTheProtocolIsAnError) {
  const std::string noise = "\x05noise, not a command";
  ASSERT_EQ(write(fd_, noise.data(), noise.size()), static_cast<ssize_t>(noise.size()));
  EXPECT_EQ(End(), 1);
}

TEST_F(ServeTest, ACancelEndsTheRunningAttempt) {
  Start(Job(kFunctionJob, {"stop.steps=1000000000"}));
  while (!Next().has_points()) {
  }
  v1::TrainerCommand cancel;
  cancel.mutable_cancel();
  Send(cancel);
  EXPECT_EQ(NextFinish().outcome(), v1::OUTCOME_CANCELLED);
}

TEST_F(ServeTest, TwoCommandsThatArriveTogetherAreBothObeyed) {
  Start(Job(kFunctionJob, {"stop.steps=1000000000", "checkpoint.every.steps=1000000000"}));
  while (!Next().has_points()) {
  }
  v1::TrainerCommand checkpoint, cancel;
  checkpoint.mutable_checkpoint();
  cancel.mutable_cancel();
  Send(checkpoint);
  Send(cancel);
  while (!Next().has_checkpoint()) {
  }
  EXPECT_EQ(NextFinish().outcome(), v1::OUTCOME_CANCELLED);
}

TEST_F(ServeTest, ACancelAfterTheEndDoesNotTouchTheNextAttempt) {
  Start(Job(kFunctionJob));
  NextFinish();
  v1::TrainerCommand late;
  late.mutable_cancel();
  Send(late);
  Start(Job(kFunctionJob));
  EXPECT_EQ(NextFinish().outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(ServeTest, ARefusedSpecDoesNotEndTheTrainer) {
  Start(v1::JobSpec());
  EXPECT_EQ(NextFinish().reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  Start(Job(kFunctionJob));
  EXPECT_EQ(NextFinish().outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(ServeTest, GoesOnAfterEachMalformedDataFile) {
  for (const MalformedFile& file : MalformedFiles()) {
    file.Write(folder_.path());
    v1::JobSpec spec = Job(kMlpJob);
    *spec.mutable_data(0) = file.valid.Spec();
    spec.mutable_learners(0)->mutable_batches()->set_size(2);
    Start(spec);
    EXPECT_EQ(NextFinish().reason(), v1::FAILURE_REASON_BAD_DATA) << file.title;
  }
  Start(Job(kFunctionJob));
  EXPECT_EQ(NextFinish().outcome(), v1::OUTCOME_SUCCEEDED);
}

}  // namespace
}  // namespace geometer::trainer
