#include "worker/agent/executor.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "worker/agent/backoff.h"

namespace geometer::worker {
namespace {

using std::chrono::milliseconds;

TEST(ExecutorTest, RunsTasksInTheOrderPosted) {
  Executor executor;
  std::string order;
  for (const char letter : {'a', 'b', 'c'}) executor.Post([&, letter] { order += letter; });
  executor.Post([&] { executor.Stop(); });
  executor.Run();
  EXPECT_EQ(order, "abc");
}

TEST(ExecutorTest, RunsDelayedTasksInTheOrderOfTheirTimes) {
  Executor executor;
  std::string order;
  executor.PostAfter(milliseconds(20), [&] { executor.Stop(); });
  executor.PostAfter(milliseconds(10), [&] { order += 'b'; });
  executor.Post([&] { order += 'a'; });
  executor.Run();
  EXPECT_EQ(order, "ab");
}

TEST(ExecutorTest, TasksAfterAStopNeverRun) {
  Executor executor;
  bool ran = false;
  executor.Stop();
  executor.Post([&] { ran = true; });
  executor.Run();
  EXPECT_FALSE(ran);
}

TEST(ExecutorTest, WakesForATaskOfAnotherThread) {
  Executor executor;
  executor.PostAfter(std::chrono::hours(1), [] { FAIL(); });
  std::thread poster([&] { executor.Post([&] { executor.Stop(); }); });
  executor.Run();
  poster.join();
}

TEST(BackoffTest, DoublesUpToItsLongest) {
  Backoff backoff(milliseconds(100), milliseconds(350));
  EXPECT_EQ(backoff.Next(), milliseconds(100));
  EXPECT_EQ(backoff.Next(), milliseconds(200));
  EXPECT_EQ(backoff.Next(), milliseconds(350));
  EXPECT_EQ(backoff.Next(), milliseconds(350));
}

TEST(BackoffTest, BeginsAgainAfterAReset) {
  Backoff backoff(milliseconds(100), milliseconds(400));
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), milliseconds(100));
}

}  // namespace
}  // namespace geometer::worker
