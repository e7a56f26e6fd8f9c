#include <gmock/gmock.h>

#include <algorithm>

#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExpositionTest : public ServerFixture {
 protected:
  ExpositionTest() {
    worker_ = Worker();
    worker_->Connect();
  }

  void RunToTheEnd(const std::string& request_id) {
    const v1::Offer offer = Begin(*worker_, request_id);
    worker_->Send(LossAt(offer.attempt_id(), 1, 1, 0.5));
    worker_->Send(FinishAs(offer.attempt_id(), 2, v1::OUTCOME_SUCCEEDED));
  }

  long Series() {
    const std::string page = Page("/metrics");
    return std::count(page.begin(), page.end(), '\n');
  }

  std::unique_ptr<ScriptedWorker> worker_;
};

TEST_F(ExpositionTest, ShowsWhatASlotRuns) {
  const v1::Offer offer = Begin(*worker_);
  worker_->Send(LossAt(offer.attempt_id(), 1, 1, 0.5));
  worker_->SendProgress(offer.attempt_id(), 3);
  const std::string page = Page("/metrics");
  EXPECT_THAT(page, HasSubstr(R"(geometer_slot_info{worker="worker",slot="0",job_id="1",)"
                              R"(name="tiny"} 1)"));
  EXPECT_THAT(page, HasSubstr(R"(geometer_metric{worker="worker",slot="0",metric="loss",)"
                              R"(split="train"} 0.5)"));
  EXPECT_THAT(page, HasSubstr(R"(geometer_slot_step{worker="worker",slot="0"} 3)"));
  EXPECT_THAT(page, HasSubstr(R"(geometer_slots{worker="worker",state="busy"} 1)"));
  EXPECT_THAT(page, HasSubstr(R"(geometer_jobs{state="running"} 1)"));
}

TEST_F(ExpositionTest, AllSeriesOfAJobVanishWithItsLease) {
  RunToTheEnd("request");
  const std::string page = Page("/metrics");
  EXPECT_THAT(page, Not(HasSubstr("geometer_slot_info{")));
  EXPECT_THAT(page, Not(HasSubstr("geometer_metric{")));
  EXPECT_THAT(page, Not(HasSubstr("geometer_slot_step{")));
  EXPECT_THAT(page, HasSubstr(R"(geometer_jobs{state="succeeded"} 1)"));
  EXPECT_THAT(page, HasSubstr("geometer_points_total 1"));
}

TEST_F(ExpositionTest, TheNumberOfSeriesDoesNotGrowWithJobs) {
  RunToTheEnd("first");  // by then the worker is connected
  const long before = Series();
  for (int i = 0; i < 50; ++i) RunToTheEnd(std::to_string(i));
  EXPECT_EQ(Series(), before);
}

TEST_F(ExpositionTest, CountsRpcs) {
  Submit();
  const std::string ok = R"(geometer_grpc_requests_total{method="/geometer.v1.JobService/)"
                         R"(SubmitJob",code="ok"} 1)";
  EXPECT_THAT(Page("/metrics"), HasSubstr(ok));
}

TEST_F(ExpositionTest, TimesCommits) {
  RunToTheEnd("request");
  EXPECT_THAT(Page("/metrics"), HasSubstr("geometer_commit_seconds_count 2"));
}

TEST_F(ExpositionTest, ServiceDiscoveryListsConnectedWorkers) {
  RunToTheEnd("request");  // by then the worker is connected
  EXPECT_EQ(Page("/sd"), R"([{"labels":{"worker":"worker"},"targets":["127.0.0.1:9"]}])");
}

}  // namespace
}  // namespace geometer::server
