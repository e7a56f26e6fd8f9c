#pragma once

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace geometer::contract {

// Protobuf messages over a file descriptor, each preceded by its length as a varint: protobuf's
// delimited form. Used on the socket between worker and trainer, and in the worker's spools.

// Longest message that is written or read.
inline constexpr uint64_t kMaxMessageBytes = 64ull << 20;

// Writes `message` to the blocking descriptor `fd`, a file, pipe or socket. A peer that is gone
// gives an error, never SIGPIPE on a socket. After an error the stream may end in half a message.
// RESOURCE_EXHAUSTED, with nothing written: the message is longer than kMaxMessageBytes.
absl::Status WriteDelimited(int fd, const google::protobuf::MessageLite& message);

// Reads messages from a descriptor that it does not own. Reads ahead, so nothing else may read
// from the descriptor. Not thread-safe.
class DelimitedReader {
 public:
  explicit DelimitedReader(int fd) : fd_(fd) {}

  // Waits for the next message and parses it into `message`. Returns false at the end of the
  // stream. DATA_LOSS: the stream ends within a message, announces one longer than
  // kMaxMessageBytes (found before any memory is taken for it), or holds bytes that don't parse.
  // No further message can be read after an error.
  absl::StatusOr<bool> Next(google::protobuf::MessageLite& message);

  // Whether bytes of a next message were read ahead, so that poll(2) need not show any.
  bool has_buffered() const { return position_ < buffer_.size(); }

  // Bytes from the start of the stream to the end of the last message that Next returned.
  uint64_t offset() const { return offset_; }

 private:
  absl::StatusOr<bool> Fill(size_t count);
  absl::StatusOr<uint64_t> Length();

  const int fd_;
  std::string buffer_;  // bytes read ahead; those before position_ are used up
  size_t position_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace geometer::contract
