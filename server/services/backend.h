#pragma once

#include "server/scheduling/scheduler.h"
#include "server/services/clock.h"
#include "server/services/dispatcher.h"
#include "server/services/intake.h"
#include "server/services/streams.h"
#include "server/storage/store.h"

namespace geometer::server {

// What the gRPC services work with. All of it outlives them.
struct Backend {
  Store& store;
  Scheduler& scheduler;
  Dispatcher& dispatcher;
  Intake& intake;
  Streams& streams;
  Clock clock;
};

}  // namespace geometer::server
