#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

TEST(LogsTest, PrintsTheLines) {
  ScriptedService service;
  service.log_lines = {"one", "two"};
  const Result result = RunClient(service, {"logs", "7", "--tail", "2"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "one\ntwo\n");
  EXPECT_EQ(service.logs_request.job_id(), 7);
  EXPECT_EQ(service.logs_request.tail(), 2);
}

TEST(LogsTest, ControlCharactersNeverReachTheTerminal) {
  ScriptedService service;
  service.log_lines = {"a\x1b]0;title\x07"};
  EXPECT_EQ(RunClient(service, {"logs", "7"}).out, "a\\x1b]0;title\\x07\n");
}

}  // namespace
}  // namespace geometer::client
