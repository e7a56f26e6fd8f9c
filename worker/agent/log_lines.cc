#include "worker/agent/log_lines.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::worker {
namespace {

// Returns the length of the well-formed character that `bytes` begins with; 0: there is none.
// See table 3-7 of the Unicode standard.
size_t CharacterLength(std::string_view bytes) {
  const auto at = [&](size_t i) { return i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0; };
  const auto follows = [&](size_t i) { return (at(i) & 0xC0) == 0x80; };
  const uint8_t first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !follows(1)) return 0;
  if (first < 0xE0) return 2;
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  if (!follows(2)) return 0;
  if (first < 0xF0) return 3;
  return follows(3) ? 4 : 0;
}

}  // namespace

std::string ToUtf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t length = CharacterLength(bytes);
    text += length == 0 ? "?" : bytes.substr(0, length);
    bytes.remove_prefix(std::max<size_t>(length, 1));
  }
  return text;
}

void LineSplitter::Extend(std::string_view part) {
  line_ += part.substr(0, kMaxLineBytes - line_.size());
}

std::vector<std::string> LineSplitter::Add(std::string_view bytes) {
  std::vector<std::string> lines;
  for (size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    Extend(bytes.substr(0, end));
    lines.push_back(ToUtf8(std::exchange(line_, {})));
    bytes.remove_prefix(end + 1);
  }
  Extend(bytes);
  return lines;
}

std::vector<std::string> LineSplitter::Finish() {
  if (line_.empty()) return {};
  return {ToUtf8(std::exchange(line_, {}))};
}

std::vector<std::string> LineLimit::Admit(std::vector<std::string> lines, Time now) {
  if (last_ != Time::min()) {
    const std::chrono::duration<double> passed = now - last_;
    allowance_ = std::min(kBurst, allowance_ + kPerSecond * passed.count());
  }
  last_ = now;
  const size_t admitted = std::min(lines.size(), static_cast<size_t>(allowance_));
  allowance_ -= admitted;
  const size_t dropped = lines.size() - admitted;
  lines.resize(admitted);
  if (admitted > 0 && dropped_ > 0) {
    lines.insert(lines.begin(), absl::StrCat(std::exchange(dropped_, 0), " log lines dropped"));
  }
  dropped_ += dropped;
  return lines;
}

}  // namespace geometer::worker
