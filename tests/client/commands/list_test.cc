#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ListTest : public testing::Test {
 protected:
  // Three jobs: the scripted service's pages hold two.
  ListTest() {
    for (const int64_t id : {7, 8, 9}) {
      service_.jobs[id] = TestJob();
      service_.jobs[id].set_id(id);
    }
  }

  ScriptedService service_;
};

TEST_F(ListTest, ShowsStateProgressAndHeadlines) {
  const Result result = RunClient(service_, {"list", "--limit", "1"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out.substr(0, result.out.find("\n 8")),
            "ID  NAME  STATE    DONE  LOSS  ACCURACY  GC   λMAX         AGE\n"
            " 7  demo  running  50 %   0.5       NaN      12.5?  1 min 00 s");
}

TEST_F(ListTest, ReadsAllPages) {
  const auto json = nlohmann::json::parse(RunClient(service_, {"list", "-o", "json"}).out);
  ASSERT_EQ(json.size(), 3);
  EXPECT_EQ(json[2]["id"], 9);
}

TEST_F(ListTest, JsonHoldsExactValues) {
  const auto job = nlohmann::json::parse(RunClient(service_, {"list", "-o", "json"}).out)[0];
  EXPECT_EQ(job["state"], "running");
  EXPECT_EQ(job["progress"], 0.5);
  EXPECT_EQ(job["lambda_max"], 12.5);
  EXPECT_EQ(job["accuracy"], "NaN");
  EXPECT_EQ(job["geometric_complexity"], nullptr);
  EXPECT_EQ(job["submit_time"], "2024-05-01T11:59:00.000Z");
}

TEST_F(ListTest, FiltersAreTheServers) {
  RunClient(service_, {"list", "--state", "running", "--state", "queued", "--name", "de", "--tag",
                       "t", "--order", "oldest"});
  const v1::ListJobsRequest& request = service_.listed[0];
  EXPECT_THAT(request.states(), ElementsAre(v1::JOB_STATE_RUNNING, v1::JOB_STATE_QUEUED));
  EXPECT_EQ(request.name_prefix(), "de");
  EXPECT_EQ(request.tag(), "t");
  EXPECT_EQ(request.order(), v1::JOB_ORDER_OLDEST);
}

TEST_F(ListTest, AnUnknownStateIsWrongUsage) {
  const Result result = RunClient(service_, {"list", "--state", "done"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("succeeded"));
}

TEST_F(ListTest, AnEmptyListTellsHowToQueueAJob) {
  service_.jobs.clear();
  EXPECT_THAT(RunClient(service_, {"list"}, {.terminal = true}).err, HasSubstr("geometer submit"));
}

}  // namespace
}  // namespace geometer::client
