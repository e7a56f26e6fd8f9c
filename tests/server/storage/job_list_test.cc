#include "absl/strings/str_cat.h"
#include "server/storage/page_token.h"
#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

class JobListTest : public StoreFixture {
 protected:
  // Names over all pages; `between` runs after each page.
  std::vector<std::string> AllNames(
      v1::ListJobsRequest request, const std::function<void()>& between = [] {}) {
    std::vector<std::string> names;
    while (true) {
      const v1::ListJobsResponse page = *jobs.List(request);
      for (const v1::Job& job : page.jobs()) names.push_back(job.name());
      if (page.next_page_token().empty()) return names;
      request.set_page_token(page.next_page_token());
      between();
    }
  }
  v1::ListJobsRequest Pages(v1::JobOrder order) {
    v1::ListJobsRequest request;
    request.set_order(order);
    request.set_page_size(2);
    return request;
  }
};

TEST_F(JobListTest, PagesHoldEachJobOnceInEveryOrder) {
  for (const char* name : {"b", "a", "c", "a", "d"}) Submit(name);
  EXPECT_THAT(AllNames(Pages(v1::JOB_ORDER_NEWEST)), testing::ElementsAre("d", "a", "c", "a", "b"));
  EXPECT_THAT(AllNames(Pages(v1::JOB_ORDER_OLDEST)), testing::ElementsAre("b", "a", "c", "a", "d"));
  EXPECT_THAT(AllNames(Pages(v1::JOB_ORDER_NAME)), testing::ElementsAre("a", "a", "b", "c", "d"));
}

TEST_F(JobListTest, JobsThatArriveBetweenPagesDisturbNothing) {
  for (const char* name : {"1", "2", "3", "4"}) Submit(name);
  EXPECT_THAT(AllNames(Pages(v1::JOB_ORDER_NEWEST), [this] { Submit("new"); }),
              testing::ElementsAre("4", "3", "2", "1"));
}

TEST_F(JobListTest, FiltersMustAllHold) {
  Submission tagged = SubmissionOf("run-1");
  tagged.tags = {"x"};
  ASSERT_TRUE(jobs.Submit(tagged, now).ok());
  Submit("run-2");
  tagged.explicit_spec.set_name("other");
  ASSERT_TRUE(jobs.Submit(tagged, now).ok());
  v1::ListJobsRequest request;
  request.set_name_prefix("run-");
  request.set_tag("x");
  request.add_states(v1::JOB_STATE_QUEUED);
  EXPECT_THAT(AllNames(request), testing::ElementsAre("run-1"));
  request.set_states(0, v1::JOB_STATE_RUNNING);
  EXPECT_TRUE(AllNames(request).empty());
}

TEST_F(JobListTest, ARowHasLatestValuesButNeitherSpecNorAttempts) {
  ASSERT_TRUE(Send(Begin(Submit()), PointsOf({{0, 1.0}, {5, 0.5}})).ok());
  const v1::ListJobsResponse page = *jobs.List({});
  ASSERT_EQ(page.jobs(0).latest_size(), 1);
  EXPECT_EQ(page.jobs(0).latest(0).step(), 5u);
  EXPECT_EQ(page.jobs(0).latest(0).value(), 0.5);
  EXPECT_FALSE(page.jobs(0).has_spec());
  EXPECT_EQ(page.jobs(0).attempts_size(), 0);
}

TEST_F(JobListTest, MalformedTokensAndSizesAreRefused) {
  v1::ListJobsRequest request;
  request.set_page_size(1001);
  EXPECT_EQ(CodeOf(jobs.List(request)), absl::StatusCode::kInvalidArgument);
  request.set_page_size(-1);
  EXPECT_EQ(CodeOf(jobs.List(request)), absl::StatusCode::kInvalidArgument);
  request.set_page_size(1);
  for (const std::string& token : {std::string("x"), std::string("!!"), std::string(5000, 'A'),
                                   EncodePageToken({v1::JOB_ORDER_OLDEST, 1, ""}),
                                   EncodePageToken({v1::JOB_ORDER_NEWEST, -1, ""})}) {
    request.set_page_token(token);
    EXPECT_EQ(CodeOf(jobs.List(request)), absl::StatusCode::kInvalidArgument) << token;
  }
}

}  // namespace
}  // namespace geometer::server
