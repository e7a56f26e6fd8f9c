#include "proto/concurrency/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

namespace geometer {
namespace {

TEST(TerminationSignalsTest, ASignalIsAMessage) {
  const TerminationSignals signals;
  for (const int sent : {SIGTERM, SIGINT}) {
    kill(getpid(), sent);
    EXPECT_EQ(signals.Wait(), sent);
  }
}

TEST(TerminationSignalsTest, ThreadsInheritTheMask) {
  const TerminationSignals signals;
  std::thread thread([] { kill(getpid(), SIGTERM); });
  thread.join();
  EXPECT_EQ(signals.Wait(), SIGTERM);
}

}  // namespace
}  // namespace geometer
