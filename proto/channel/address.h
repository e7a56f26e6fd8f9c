#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace geometer::channel {

// Where a program listens or connects.
struct Address {
  std::string host;  // without brackets: "127.0.0.1", "localhost", "::1"
  int port = 0;      // 0: any free one, to listen only

  // "host:port"; an IPv6 host in brackets.
  std::string ToString() const;
};

// Parses "host:port".
//
// Only loopback hosts (127.0.0.0/8, localhost, ::1) are taken: nothing on the wire is encrypted or
// authenticated yet. INVALID_ARGUMENT with the reason and the remedy otherwise.
absl::StatusOr<Address> ParseAddress(const std::string& text);

}  // namespace geometer::channel
