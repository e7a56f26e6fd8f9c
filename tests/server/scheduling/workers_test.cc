#include "server/scheduling/workers.h"

#include <gtest/gtest.h>

namespace geometer::server {
namespace {

class WorkersTest : public testing::Test {
 protected:
  static v1::RegisterRequest Description(const std::string& id, uint32_t slots = 1) {
    v1::RegisterRequest description;
    description.set_worker_id(id);
    description.set_slots(slots);
    return description;
  }
  int sessions = 0;
  Workers workers{[this] { return "session-" + std::to_string(++sessions); }};
};

TEST_F(WorkersTest, ANewSessionFencesOffTheOlder) {
  const std::string older = *workers.Register(Description("w"), absl::UnixEpoch());
  const std::string newer = *workers.Register(Description("w"), absl::UnixEpoch());
  EXPECT_EQ(workers.Find(older).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*workers.Find(newer))->description.worker_id(), "w");
}

TEST_F(WorkersTest, OnlyOpenStreamsCountAsConnected) {
  const std::string session = *workers.Register(Description("w"), absl::UnixEpoch());
  EXPECT_FALSE(workers.IsConnected("w"));
  workers.SetConnected(session, true);
  EXPECT_EQ(workers.Connected().size(), 1u);
  workers.SetConnected("session of nobody", false);
  EXPECT_TRUE(workers.IsConnected("w"));
  workers.SetConnected(session, false);
  EXPECT_TRUE(workers.Connected().empty());
}

TEST_F(WorkersTest, AWorkerNeedsANameAndSlots) {
  for (const auto& description : {Description(""), Description(std::string(129, 'w')),
                                  Description("w", 0), Description("w", 1025)}) {
    EXPECT_EQ(workers.Register(description, absl::UnixEpoch()).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace geometer::server
