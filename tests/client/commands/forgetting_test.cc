#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/job_file.h"
#include "client/task_transfer.h"
#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Two tasks in turn, measured at the start, in the middle of the first turn, and after each turn.
class ForgettingTest : public testing::Test {
 protected:
  ForgettingTest() {
    service_.jobs[7] = TestJob();
    auto& tasks = *service_.jobs[7].mutable_spec()->add_learners()->mutable_multitask();
    for (const char* name : {"odd", "even"}) tasks.add_tasks()->set_name(name);
    Add("training", "task", "", {{5, 0}, {10, 0}, {20, 1}, {30, 0}});
    Add("loss", "accuracy", "odd", {{0, 0.1}, {5, 0.5}, {10, 0.9}, {20, 0.6}, {30, 0.8}});
    Add("loss", "accuracy", "even", {{0, 0.1}, {5, 0.2}, {10, 0.3}, {20, 0.7}, {30, 0.4}});
  }

  void Add(const std::string& probe, const std::string& quantity, const std::string& task,
           const std::vector<std::pair<uint64_t, double>>& values) {
    v1::Points& points = service_.points;
    v1::Series& series = *points.add_series();
    series.set_probe(probe);
    series.set_quantity(quantity);
    series.set_task(task);
    for (const auto& [step, value] : values) {
      points.add_series_index(points.series_size() - 1);
      points.add_step(step);
      points.add_value(value);
    }
  }

  absl::StatusOr<TaskTransfer> Read(const std::string& quantity = "accuracy") {
    Connection server(service_.address());
    return ReadTaskTransfer({.job_id = 7, .quantity = quantity}, server);
  }

  ScriptedService service_;
};

TEST_F(ForgettingTest, ATurnIsWhatWasMeasuredLastInIt) {
  const TaskTransfer transfer = *Read();
  std::vector<std::pair<std::string, uint64_t>> turns;
  for (const auto& turn : transfer.turns) turns.emplace_back(turn.task, turn.step);
  EXPECT_THAT(turns, testing::ElementsAre(std::pair("", 0), std::pair("odd", 10),
                                          std::pair("even", 20), std::pair("odd", 30)));
  EXPECT_THAT(transfer.turns[2].values, testing::ElementsAre(0.6, 0.7));
}

TEST_F(ForgettingTest, ForgettingIsTheLossSinceTheBestAndTransferTheGain) {
  const TaskTransfer transfer = *Read();
  EXPECT_DOUBLE_EQ(*transfer.Forgetting(0), 0.9 - 0.8);
  EXPECT_DOUBLE_EQ(*transfer.Forgetting(1), 0.7 - 0.4);
  EXPECT_DOUBLE_EQ(*transfer.Backward(0), 0.8 - 0.9);
  EXPECT_DOUBLE_EQ(*transfer.Backward(1), 0.4 - 0.7);
  EXPECT_FALSE(transfer.Forward(0).has_value());
  EXPECT_DOUBLE_EQ(*transfer.Forward(1), 0.3 - 0.1);
}

TEST_F(ForgettingTest, OfALossLessIsBetter) {
  Add("loss", "loss", "odd", {{0, 2}, {10, 1}, {20, 1.5}});
  Add("loss", "loss", "even", {{0, 2}, {10, 2}, {20, 1}});
  EXPECT_DOUBLE_EQ(*Read("loss")->Forgetting(0), 0.5);
  EXPECT_DOUBLE_EQ(*Read("loss")->Backward(0), -0.5);
}

TEST_F(ForgettingTest, PrintsTheMatrixAndWhatBecameOfEachTask) {
  const Result table = RunClient(service_, {"forgetting", "7"});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("(start)"));
  EXPECT_THAT(table.out, HasSubstr("backward transfer"));
  const Result csv = RunClient(service_, {"forgetting", "7", "-o", "csv"});
  EXPECT_THAT(csv.out, StartsWith("after,step,odd,even\n(start),0,0.1,0.1\nodd,10,0.9,0.3\n"));
}

TEST_F(ForgettingTest, DrawsTheMatrix) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "forgetting.png";
  const Result result = RunClient(service_, {"forgetting", "7", "-O", path});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(ReadFile(path), StartsWith("\x89PNG"));
}

TEST_F(ForgettingTest, AJobWithoutTurnsIsRefused) {
  service_.points.Clear();
  const Result result = RunClient(service_, {"forgetting", "7"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("job 7 has no tasks that take turns"));
}

TEST_F(ForgettingTest, AQuantityThatWasNotMeasuredOfTasksIsRefused) {
  EXPECT_EQ(RunClient(service_, {"forgetting", "7", "--quantity", "los"}).code, 1);
}

}  // namespace
}  // namespace geometer::client
