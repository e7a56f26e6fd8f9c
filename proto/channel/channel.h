#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace geometer::channel {

// A channel to the server at `address` ("host:port", loopback only: see ParseAddress) with the
// limits of limits.h: it pings while idle, reconnects by itself with backoff, and takes messages up
// to kMaxMessageBytes. Connects lazily: an absent server shows as UNAVAILABLE in the first call.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& address);

}  // namespace geometer::channel
