#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ShowTest : public testing::Test {
 protected:
  ShowTest() {
    v1::Job job = TestJob(v1::JOB_STATE_FAILED);
    v1::Finish& finish = *job.mutable_attempts(0)->mutable_finish();
    finish.set_outcome(v1::OUTCOME_FAILED);
    finish.set_reason(v1::FAILURE_REASON_BAD_DATA);
    finish.set_message("row 3");
    job.mutable_spec()->set_name("demo");
    job.mutable_spec()->set_dtype(v1::DTYPE_FLOAT32);
    service_.jobs[7] = job;
  }

  ScriptedService service_;
};

TEST_F(ShowTest, ShowsAttemptsLatestValuesAndSpec) {
  const Result result = RunClient(service_, {"show", "7"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("job 7  demo  failed (bad_data): row 3"));
  EXPECT_THAT(result.out, HasSubstr("worker-a"));
  EXPECT_THAT(result.out, HasSubstr("eigenvalue (train)   12.5    50  not converged"));
  EXPECT_THAT(result.out, HasSubstr("dtype: float32"));
}

TEST_F(ShowTest, JsonHoldsTheWholeJob) {
  const auto job = nlohmann::json::parse(RunClient(service_, {"show", "7", "-o", "json"}).out);
  EXPECT_EQ(job["state"], "failed");
  EXPECT_EQ(job["attempts"][0]["reason"], "bad_data");
  EXPECT_EQ(job["attempts"][0]["message"], "row 3");
  EXPECT_EQ(job["latest"][2]["convergence"], "not_reached");
  EXPECT_EQ(job["spec"]["dtype"], "float32");
}

TEST_F(ShowTest, CsvHoldsTheLatestValues) {
  EXPECT_THAT(RunClient(service_, {"show", "7", "-o", "csv"}).out,
              HasSubstr("series,value,step,converged\nloss (test),0.75,50,\n"));
}

TEST_F(ShowTest, OfALongListPeopleSeeTheBeginningAndProgramsAll) {
  for (uint32_t i = 0; i < 30; ++i) {
    v1::Series& series = *service_.jobs[7].add_latest()->mutable_series();
    series.set_quantity("density_node");
    series.set_index(i);
  }
  EXPECT_THAT(RunClient(service_, {"show", "7"}).out,
              AllOf(HasSubstr("density_node 9"), Not(HasSubstr("density_node 10")),
                    HasSubstr("and 20 values of longer lists: geometer show 7 -o csv")));
  EXPECT_THAT(RunClient(service_, {"show", "7", "-o", "csv"}).out, HasSubstr("density_node 29,"));
}

TEST_F(ShowTest, TellsWhatAJobStartsFromAndWhyItNeverBegan) {
  v1::Job job = service_.jobs[7];
  job.set_id(9);
  job.clear_attempts();
  job.set_state(v1::JOB_STATE_BLOCKED);
  job.mutable_spec()->add_data()->mutable_embedding()->mutable_parent()->set_job(7);
  service_.jobs[9] = job;
  EXPECT_THAT(RunClient(service_, {"show", "9"}).out,
              AllOf(HasSubstr("waits for the end of job 7\n"),
                    HasSubstr("starts from job 7 (data[0].embedding.parent)\n")));
  service_.jobs[9].set_state(v1::JOB_STATE_CANCELLED);
  service_.jobs[9].set_message("job 7 failed");
  EXPECT_THAT(RunClient(service_, {"show", "9"}).out, HasSubstr("cancelled: job 7 failed"));
}

TEST_F(ShowTest, AnUnknownJobIsRefused) {
  const Result result = RunClient(service_, {"show", "8"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "geometer: no job 8\n");
}

}  // namespace
}  // namespace geometer::client
