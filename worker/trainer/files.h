#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace geometer::trainer {

// A file's descriptor that closes itself; negative where open(2) with `flags` failed.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

// What the operating system refuses otherwise than stated (no permission, a full disk, a broken
// device) is an Internal error that names the file.

// Returns the content of `path`, decompressed if it is a gzip file.
// NotFound: there is no such file. DataLoss, naming the file and the offset: the compressed data
// are damaged, end early or hold more than `max_bytes`; no more than that is ever in memory.
absl::StatusOr<std::string> ReadGzip(const std::filesystem::path& path, size_t max_bytes);

// Returns the bytes of `path` as they are. NotFound: there is no such file. DataLoss: it holds
// more than `max_bytes`.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes);

// Makes `path` a file that holds `pieces` one after another: written beside it under a temporary
// name, synced, renamed, so that a crash leaves the old file, the new one or none, never a part.
absl::Status WriteAtomically(const std::filesystem::path& path,
                             const std::vector<std::string_view>& pieces);

}  // namespace geometer::trainer
