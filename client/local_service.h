#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "client/console.h"

namespace geometer::client {

struct LocalServiceOptions {
  std::filesystem::path programs;  // folder of geometer-server and geometer-worker
  std::filesystem::path data;      // all that is kept: server/, worker/ and their logs
  std::string listen = "127.0.0.1:7230";
  std::string http;               // the server's default when empty
  std::optional<uint32_t> slots;  // the worker's default when absent
  std::string ready_file;         // none when empty
};

// Runs a server and one worker on this machine until SIGINT, SIGTERM or SIGHUP.
//
// Once a job can be submitted it prints what runs where, ending in a line `ready`, and writes the
// server's address to the ready file, which is removed at the end. On a signal it ends the worker
// first, so that its last records still arrive, then the server; a second signal kills both. When
// one of them dies, it says so with the end of its log, ends the other and returns ABORTED. Neither
// can outlive this process (child_process.h). Call it on the main thread, before any other starts.
absl::Status RunLocalService(const LocalServiceOptions& options, Console& console);

}  // namespace geometer::client
