#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace geometer::server {

// INVALID_ARGUMENT, naming `field`, unless `text` is UTF-8 without NUL of at most `max_bytes`
// bytes.
absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes);

// INVALID_ARGUMENT unless `name` can name a file in a folder: text of 1 to 128 bytes without '/' or
// control characters, that neither begins with '.' nor ends in ".part".
absl::Status CheckFileName(absl::string_view name);

}  // namespace geometer::server
