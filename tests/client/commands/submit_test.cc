#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(SubmitTest, PrintsTheBareIds) {
  ScriptedService service;
  const TemporaryFolder folder;
  const std::string file = folder.Write("a.yaml", ValidJob());
  const Result result = RunClient(service, {"submit", file, file});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "7\n8\n");
}

TEST(SubmitTest, SendsWhatTheUserWroteWithoutDefaults) {
  ScriptedService service;
  RunClient(service,
            {"submit", "-", "--set", "seed=3", "--tag", "a", "--tag", "b", "--owner", "eve"},
            {.in = ValidJob()});
  ASSERT_THAT(service.submitted, SizeIs(1));
  EXPECT_EQ(service.submitted[0].spec().seed(), 3);
  EXPECT_FALSE(service.submitted[0].spec().has_dtype());
  EXPECT_THAT(service.submitted[0].tags(), ElementsAre("a", "b"));
  EXPECT_EQ(service.submitted[0].owner(), "eve");
}

TEST(SubmitTest, EachRequestHasItsOwnId) {
  ScriptedService service;
  const TemporaryFolder folder;
  const std::string file = folder.Write("a.yaml", ValidJob());
  RunClient(service, {"submit", file, file});
  EXPECT_THAT(service.submitted[0].request_id(), SizeIs(32));
  EXPECT_NE(service.submitted[0].request_id(), service.submitted[1].request_id());
}

TEST(SubmitTest, OneBadFileAndNothingIsQueued) {
  ScriptedService service;
  const TemporaryFolder folder;
  const std::string good = folder.Write("good.yaml", ValidJob());
  const std::string bad = folder.Write("bad.yaml", "name: x\n");
  const Result result = RunClient(service, {"submit", good, bad});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("bad.yaml:1:1: "));
  EXPECT_THAT(service.submitted, IsEmpty());
}

TEST(SubmitTest, PrintsJson) {
  ScriptedService service;
  const Result result = RunClient(service, {"submit", "-", "-o", "json"}, {.in = ValidJob()});
  const auto jobs = nlohmann::json::parse(result.out);
  EXPECT_EQ(jobs, nlohmann::json::parse(R"([{"id": 7, "name": "demo", "state": "queued"}])"));
}

TEST(SubmitTest, FollowsTheJobOnDemand) {
  ScriptedService service;
  service.jobs[7] = TestJob(v1::JOB_STATE_SUCCEEDED);
  const Result result = RunClient(service, {"submit", "-", "--watch"}, {.in = ValidJob()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("7\njob 7 demo: succeeded"));
}

}  // namespace
}  // namespace geometer::client
