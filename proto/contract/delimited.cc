#include "proto/contract/delimited.h"

#include <google/protobuf/io/coded_stream.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace geometer::contract {
namespace {

using google::protobuf::MessageLite;
using google::protobuf::io::CodedOutputStream;

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kMaxVarintBytes = 10;

ssize_t WriteSome(int fd, std::string_view bytes) {
  const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == ENOTSOCK) return write(fd, bytes.data(), bytes.size());
  return sent;
}

absl::Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = WriteSome(fd, bytes);
    if (written >= 0) {
      bytes.remove_prefix(written);
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, "writing a message");
    }
  }
  return absl::OkStatus();
}

absl::Status TooLong(uint64_t length) {
  return absl::DataLossError(
      absl::StrCat("a message of ", length, " bytes; at most ", kMaxMessageBytes, " are allowed"));
}

absl::Status Torn() { return absl::DataLossError("the stream ends within a message"); }

}  // namespace

absl::Status WriteDelimited(int fd, const MessageLite& message) {
  const uint64_t length = message.ByteSizeLong();
  if (length > kMaxMessageBytes) return absl::ResourceExhaustedError(TooLong(length).message());
  std::string bytes(CodedOutputStream::VarintSize64(length), '\0');
  CodedOutputStream::WriteVarint64ToArray(length, reinterpret_cast<uint8_t*>(bytes.data()));
  if (!message.AppendToString(&bytes)) return absl::InternalError("a message without a field");
  return WriteAll(fd, bytes);
}

// Makes `count` bytes available from position_ on; false when the stream ends before. Memory
// grows with the bytes that arrive, not with those that were announced.
absl::StatusOr<bool> DelimitedReader::Fill(size_t count) {
  if (buffer_.size() - position_ >= count) return true;
  buffer_.erase(0, position_);
  position_ = 0;
  while (buffer_.size() < count) {
    const size_t size = buffer_.size();
    buffer_.resize(size + kReadBytes);
    const ssize_t got = read(fd_, buffer_.data() + size, kReadBytes);
    buffer_.resize(size + std::max<ssize_t>(got, 0));
    if (got == 0) return false;
    if (got < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "reading a message");
  }
  return true;
}

absl::StatusOr<uint64_t> DelimitedReader::Length() {
  uint64_t length = 0;
  for (size_t i = 0; i < kMaxVarintBytes; ++i) {
    const absl::StatusOr<bool> filled = Fill(1);
    if (!filled.ok()) return filled.status();
    if (!*filled) return Torn();
    const auto byte = static_cast<uint8_t>(buffer_[position_++]);
    length |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return length;
  }
  return absl::DataLossError("a malformed message length");
}

absl::StatusOr<bool> DelimitedReader::Next(MessageLite& message) {
  absl::StatusOr<bool> any = Fill(1);
  if (!any.ok() || !*any) return any;
  const absl::StatusOr<uint64_t> length = Length();
  if (!length.ok()) return length.status();
  if (*length > kMaxMessageBytes) return TooLong(*length);
  const absl::StatusOr<bool> filled = Fill(*length);
  if (!filled.ok()) return filled.status();
  if (!*filled) return Torn();
  if (!message.ParseFromArray(buffer_.data() + position_, static_cast<int>(*length))) {
    return absl::DataLossError("bytes that are not a message");
  }
  position_ += *length;
  offset_ += CodedOutputStream::VarintSize64(*length) + *length;
  return true;
}

}  // namespace geometer::contract
