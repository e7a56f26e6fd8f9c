#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace geometer::channel {

// The two statuses share their codes and messages: converting back and forth changes nothing.
grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace geometer::channel
