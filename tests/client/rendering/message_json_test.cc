#include "client/rendering/message_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

TEST(MessageJsonTest, IntegersAreNumbersAndEnumsTheNamesOfJobFiles) {
  const auto json = MessageJson(TestJob());
  EXPECT_EQ(json["id"], 7);
  EXPECT_EQ(json["state"], "running");
  EXPECT_EQ(json["progress"]["total_steps"], 100);
}

TEST(MessageJsonTest, TimestampsAreRfc3339) {
  EXPECT_EQ(MessageJson(TestJob())["submit_time"], "2024-05-01T11:59:00.000Z");
}

TEST(MessageJsonTest, NumbersThatAreNotFiniteAreStrings) {
  EXPECT_EQ(MessageJson(TestJob())["latest"][3]["value"], "NaN");
}

TEST(MessageJsonTest, AbsentFieldsAreLeftOutAndEmptyListsStay) {
  const auto json = MessageJson(v1::Job());
  EXPECT_FALSE(json.contains("spec"));
  EXPECT_EQ(json["tags"], nlohmann::ordered_json::array());
  EXPECT_EQ(json["cancel_requested"], false);
}

}  // namespace
}  // namespace geometer::client
