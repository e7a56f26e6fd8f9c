#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;

TEST(DeleteTest, DeletesEachJob) {
  ScriptedService service;
  service.jobs[7] = TestJob();
  service.jobs[8] = TestJob();
  const Result result = RunClient(service, {"delete", "7", "8"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "job 7: deleted\njob 8: deleted\n");
  EXPECT_THAT(service.deleted, ElementsAre(7, 8));
}

TEST(DeleteTest, AnUnknownJobIsRefused) {
  const ScriptedService service;
  EXPECT_EQ(RunClient(service, {"delete", "9"}).code, 1);
}

}  // namespace
}  // namespace geometer::client
