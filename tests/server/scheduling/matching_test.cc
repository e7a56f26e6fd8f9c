#include "server/scheduling/matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace geometer::server {
namespace {

constexpr Requirements kCpu{v1::DEVICE_CPU};
constexpr Requirements kCuda{v1::DEVICE_CUDA};

Candidate Cpu(const std::string& session, uint32_t free_slots) {
  return {session, {v1::DEVICE_CPU}, /*same_contract=*/true, free_slots};
}

std::vector<int64_t> JobsOf(const std::vector<Match>& matches) {
  std::vector<int64_t> jobs;
  for (const Match& match : matches) jobs.push_back(match.job_id);
  return jobs;
}

TEST(MatchingTest, TheOldestJobsGoFirstWhateverTheOrderOfArrival) {
  WaitingJobs jobs;
  for (int64_t id : {3, 1, 2}) jobs.Add(id, kCpu);
  EXPECT_THAT(JobsOf(jobs.TakeMatches({Cpu("a", 2)})), testing::ElementsAre(1, 2));
  EXPECT_THAT(JobsOf(jobs.TakeMatches({Cpu("a", 2)})), testing::ElementsAre(3));
}

TEST(MatchingTest, AHeadThatFitsNowhereBlocksNobody) {
  WaitingJobs jobs;
  jobs.Add(1, kCuda);
  jobs.Add(2, kCpu);
  EXPECT_THAT(JobsOf(jobs.TakeMatches({Cpu("a", 2)})), testing::ElementsAre(2));
  Candidate gpu = Cpu("gpu", 1);
  gpu.devices.insert(v1::DEVICE_CUDA);
  EXPECT_THAT(JobsOf(jobs.TakeMatches({gpu})), testing::ElementsAre(1));
}

TEST(MatchingTest, WorkersOfAnotherContractGetNothing) {
  WaitingJobs jobs;
  jobs.Add(1, kCpu);
  Candidate old = Cpu("old", 1);
  old.same_contract = false;
  EXPECT_TRUE(jobs.TakeMatches({old}).empty());
}

TEST(MatchingTest, JobsSpreadOverTheFreestWorkers) {
  WaitingJobs jobs;
  for (int64_t id : {1, 2, 3}) jobs.Add(id, kCpu);
  const auto matches = jobs.TakeMatches({Cpu("small", 1), Cpu("big", 3)});
  EXPECT_EQ(matches[0].session, "big");
  EXPECT_EQ(matches[1].session, "big");
  EXPECT_EQ(matches[2].session, "small");
}

TEST(MatchingTest, ARemovedJobIsNotMatchedAndARepeatedOneOnlyOnce) {
  WaitingJobs jobs;
  jobs.Add(1, kCpu);
  jobs.Add(2, kCpu);
  jobs.Add(2, kCpu);
  jobs.Remove(1);
  EXPECT_THAT(JobsOf(jobs.TakeMatches({Cpu("a", 5)})), testing::ElementsAre(2));
}

}  // namespace
}  // namespace geometer::server
