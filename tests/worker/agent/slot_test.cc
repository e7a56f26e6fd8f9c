#include "worker/agent/slot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "tests/program.h"
#include "tests/worker/agent/changes.h"
#include "tests/worker/agent/temp_folder.h"

namespace geometer::worker {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;

// A slot whose trainers are fake_trainer.cc: a job's name says what they do.
class SlotTest : public testing::Test {
 protected:
  ~SlotTest() override {
    executor_.Stop();
    thread_.join();
  }

  static SlotOptions Options() {
    SlotOptions options;
    options.trainer = {BuiltProgram("fake_trainer"), {}, {"OMP_NUM_THREADS=1"}};
    return options;
  }
  void Open(SlotOptions options = Options()) {
    const SlotEvents events = {.changed = [this] { changes_.Count(); },
                               .replacing =
                                   [this](Replacement reason) {
                                     ++replaced_[static_cast<int>(reason)];
                                     changes_.Count();
                                   }};
    slot_ = std::make_unique<Slot>(std::move(options), events, executor_);
    thread_ = std::thread([this] { executor_.Run(); });
  }
  void OpenAndWarmUp(SlotOptions options = Options()) {
    Open(std::move(options));
    changes_.Await([&] { return slot_->ready(); });
  }

  std::shared_ptr<Spool> Start(const std::string& behaviour, v1::Device device = v1::DEVICE_CPU) {
    ++attempt_;
    auto spool = *Spool::Open(folder_ / std::to_string(attempt_).c_str(), attempt_);
    v1::StartAttempt start;
    start.mutable_spec()->set_name(behaviour);
    start.mutable_spec()->mutable_resources()->set_device(device);
    start.set_directory(folder_.path().native());
    slot_->Start(std::move(start), spool);
    return spool;
  }
  v1::Finish FinishOf(const Spool& spool) {
    changes_.Await([&] { return spool.finish().has_value(); });
    return *spool.finish();
  }
  v1::Finish RunToItsEnd(const std::string& behaviour) { return FinishOf(*Start(behaviour)); }
  static std::chrono::steady_clock::time_point Now() { return std::chrono::steady_clock::now(); }
  void AwaitReplacement(Replacement reason, int count = 1) {
    changes_.Await([&] { return replaced_[static_cast<int>(reason)] >= count; });
  }
  // Of the fake trainer, whose first report tells step 7.
  void AwaitProgress() {
    changes_.Await([&] {
      const auto progress = slot_->progress(Now());
      return progress.has_value() && progress->progress().step() == 7;
    });
  }

  static std::vector<v1::Record> Records(Spool& spool) {
    return *spool.ReadAfter(0, {.bytes = 1 << 30, .records = 1000});
  }
  static std::vector<std::string> Lines(Spool& spool) {
    std::vector<std::string> lines;
    for (const v1::Record& record : Records(spool)) {
      lines.insert(lines.end(), record.log().lines().begin(), record.log().lines().end());
    }
    return lines;
  }

  TempFolder folder_;
  Executor executor_;
  Changes changes_;
  std::array<std::atomic<int>, 6> replaced_ = {};
  std::unique_ptr<Slot> slot_;
  int64_t attempt_ = 0;
  std::thread thread_;
};

TEST_F(SlotTest, NumbersWhatTheTrainerReportsInItsOrder) {
  OpenAndWarmUp();
  const auto spool = Start("succeed");
  EXPECT_EQ(FinishOf(*spool).outcome(), v1::OUTCOME_SUCCEEDED);
  const std::vector<v1::Record> records = Records(*spool);
  ASSERT_EQ(records.size(), 4);
  for (size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].sequence(), i + 1);
  EXPECT_EQ(records[0].points().value_size(), 100);
  EXPECT_EQ(records[1].checkpoint().step(), 100);
  EXPECT_EQ(records[2].artifact().data(), "weights");
  EXPECT_TRUE(records[3].has_finish());
}

TEST_F(SlotTest, OneTrainerRunsManyAttempts) {
  OpenAndWarmUp();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
  for (const auto& count : replaced_) EXPECT_EQ(count, 0);
}

TEST_F(SlotTest, AnAttemptWaitsForTheTrainerToBeReady) {
  Open();
  EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(SlotTest, ACrashKeepsThePointsAndNamesTheSignal) {
  OpenAndWarmUp();
  const auto spool = Start("crash");
  const v1::Finish finish = FinishOf(*spool);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_FAILED);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_CRASHED);
  EXPECT_THAT(finish.message(), HasSubstr("SIGSEGV"));
  EXPECT_TRUE(Records(*spool)[0].has_points());
}

TEST_F(SlotTest, ACrashWithinAReportStillNamesTheSignal) {
  OpenAndWarmUp();
  EXPECT_THAT(RunToItsEnd("crash within a report").message(), HasSubstr("SIGSEGV"));
}

TEST_F(SlotTest, AnUnexpectedExitNamesItsCode) {
  OpenAndWarmUp();
  EXPECT_THAT(RunToItsEnd("exit").message(), HasSubstr("exit code 3"));
}

TEST_F(SlotTest, ADeadTrainerIsReplacedByAWarmOne) {
  OpenAndWarmUp();
  RunToItsEnd("crash");
  AwaitReplacement(Replacement::kCrashed);
  EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(SlotTest, GarbageFromTheTrainerEndsItsAttempt) {
  OpenAndWarmUp();
  const v1::Finish finish = RunToItsEnd("garbage");
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_CRASHED);
  EXPECT_THAT(finish.message(), HasSubstr("not a message"));
}

TEST_F(SlotTest, AnOversizedLengthFromTheTrainerEndsItsAttempt) {
  OpenAndWarmUp();
  EXPECT_THAT(RunToItsEnd("oversized").message(), HasSubstr("at most 67108864"));
}

TEST_F(SlotTest, AnArtifactOutsideItsFolderEndsTheAttempt) {
  OpenAndWarmUp();
  const v1::Finish finish = RunToItsEnd("name a foreign file");
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_INTERNAL);
  EXPECT_THAT(finish.message(), HasSubstr("artifact"));
}

TEST_F(SlotTest, ATrainerWithoutASignOfLifeIsKilled) {
  OpenAndWarmUp();
  const auto spool = Start("hang");
  changes_.Await([&] { return spool->last_sequence() == 1; });
  slot_->CheckForHang(std::chrono::steady_clock::now() + std::chrono::hours(1));
  EXPECT_EQ(FinishOf(*spool).reason(), v1::FAILURE_REASON_HUNG);
  AwaitReplacement(Replacement::kHung);
}

TEST_F(SlotTest, ATrainerThatMovesIsNotHung) {
  OpenAndWarmUp();
  const auto spool = Start("obey");
  AwaitProgress();
  const auto before_its_report = Now();
  slot_->Obey(1, v1::DIRECTIVE_CHECKPOINT);
  changes_.Await([&] { return spool->resumable(); });
  slot_->CheckForHang(before_its_report + Options().hang_timeout);
  slot_->Obey(1, v1::DIRECTIVE_CANCEL);
  EXPECT_EQ(FinishOf(*spool).outcome(), v1::OUTCOME_CANCELLED);
}

TEST_F(SlotTest, ReportsProgressOfTheRunningAttemptOnly) {
  OpenAndWarmUp();
  EXPECT_FALSE(slot_->progress(Now()).has_value());
  const auto spool = Start("obey");
  AwaitProgress();
  EXPECT_EQ(slot_->progress(Now())->attempt_id(), 1);
  EXPECT_EQ(slot_->progress(Now())->progress().step(), 7);
  slot_->Obey(1, v1::DIRECTIVE_CANCEL);
  FinishOf(*spool);
  EXPECT_FALSE(slot_->progress(Now()).has_value());
}

// Else the server would end its lease long before the worker calls it a hang.
TEST_F(SlotTest, TimeGoesOnWhileTheTrainerMeasuresInSilence) {
  OpenAndWarmUp();
  const auto spool = Start("obey");
  AwaitProgress();
  const auto later = slot_->progress(Now() + std::chrono::hours(1));
  EXPECT_GE(later->progress().elapsed_seconds(), 3600);
  EXPECT_EQ(later->progress().step(), 7);
}

TEST_F(SlotTest, TimeGoesOnWhileTheTrainerHasNotReportedYet) {
  Open();
  Start("hang");
  const auto later = slot_->progress(Now() + std::chrono::minutes(5));
  ASSERT_TRUE(later.has_value());
  EXPECT_GE(later->progress().elapsed_seconds(), 300);
}

TEST_F(SlotTest, TakesACheckpointAndGoesOn) {
  OpenAndWarmUp();
  const auto spool = Start("obey");
  slot_->Obey(1, v1::DIRECTIVE_CHECKPOINT);
  changes_.Await([&] { return spool->resumable(); });
  slot_->Obey(1, v1::DIRECTIVE_CANCEL);
  EXPECT_EQ(FinishOf(*spool).outcome(), v1::OUTCOME_CANCELLED);
}

TEST_F(SlotTest, DirectivesForOtherAttemptsChangeNothing) {
  OpenAndWarmUp();
  const auto spool = Start("obey");
  slot_->Obey(99, v1::DIRECTIVE_CANCEL);
  slot_->Obey(99, v1::DIRECTIVE_ABANDON);
  slot_->Obey(1, v1::DIRECTIVE_CANCEL);
  EXPECT_EQ(FinishOf(*spool).outcome(), v1::OUTCOME_CANCELLED);
}

TEST_F(SlotTest, AnAbandonedAttemptEndsWithoutAFinish) {
  OpenAndWarmUp();
  const auto spool = Start("obey");
  slot_->Obey(1, v1::DIRECTIVE_ABANDON);
  EXPECT_TRUE(slot_->free());
  EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_FALSE(spool->finish().has_value());
  EXPECT_EQ(replaced_[static_cast<int>(Replacement::kAbandoned)], 1);
}

TEST_F(SlotTest, LeavingSavesTheAttemptAndStartsNoOtherTrainer) {
  OpenAndWarmUp();
  const auto spool = Start("obey");
  slot_->Preempt();
  EXPECT_EQ(FinishOf(*spool).reason(), v1::FAILURE_REASON_PREEMPTED);
  EXPECT_TRUE(spool->resumable());
  EXPECT_FALSE(slot_->free());
}

TEST_F(SlotTest, AnAttemptThatCannotSaveItselfIsPreemptedAllTheSame) {
  OpenAndWarmUp();
  const auto spool = Start("hang");
  slot_->Preempt();
  slot_->Stop();
  EXPECT_EQ(FinishOf(*spool).reason(), v1::FAILURE_REASON_PREEMPTED);
}

TEST_F(SlotTest, ATrainerThatRanOutOfMemoryIsReplaced) {
  OpenAndWarmUp();
  EXPECT_EQ(RunToItsEnd("run out of memory").reason(), v1::FAILURE_REASON_OUT_OF_MEMORY);
  AwaitReplacement(Replacement::kFailed);
  EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(SlotTest, ATrainerThatHasGrownIsReplacedAfterItsAttempt) {
  SlotOptions options = Options();
  options.max_idle_bytes = 1;
  OpenAndWarmUp(options);
  EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
  AwaitReplacement(Replacement::kGrown);
  EXPECT_EQ(RunToItsEnd("succeed").outcome(), v1::OUTCOME_SUCCEEDED);
}

TEST_F(SlotTest, AnotherDeviceTakesAnotherTrainer) {
  OpenAndWarmUp();
  EXPECT_EQ(FinishOf(*Start("succeed", v1::DEVICE_CUDA)).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_EQ(FinishOf(*Start("succeed", v1::DEVICE_CUDA)).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_EQ(replaced_[static_cast<int>(Replacement::kDevice)], 1);
}

TEST_F(SlotTest, WhatTheTrainerPrintsBecomesLogRecords) {
  OpenAndWarmUp();
  const auto spool = Start("print and wait");
  changes_.Await([&] { return Lines(*spool).size() >= 3; });
  EXPECT_EQ(Lines(*spool), (std::vector<std::string>{"threads=1", "device=cpu", "not UTF-8: ?"}));
  slot_->Obey(1, v1::DIRECTIVE_CANCEL);
}

TEST_F(SlotTest, ATrainerThatCannotStartFailsItsAttemptAndIsTriedAgain) {
  SlotOptions options = Options();
  options.trainer.environment.push_back("FAKE_TRAINER_DIES=1");
  Open(options);
  EXPECT_THAT(RunToItsEnd("succeed").message(), HasSubstr("exit code 4"));
  AwaitReplacement(Replacement::kCrashed, 2);
}

TEST_F(SlotTest, AMissingTrainerFailsItsAttempt) {
  SlotOptions options = Options();
  options.trainer.program = "/no/such/trainer";
  Open(options);
  EXPECT_THAT(RunToItsEnd("succeed").message(), HasSubstr("/no/such/trainer"));
}

}  // namespace
}  // namespace geometer::worker
