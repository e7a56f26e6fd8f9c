#include "client/atomic_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::client {

AtomicFile::AtomicFile(std::string path)
    : path_(std::move(path)),
      temporary_path_(absl::StrCat(path_, ".part", getpid())),
      stream_(temporary_path_, std::ios::binary | std::ios::trunc) {}

AtomicFile::~AtomicFile() { std::remove(temporary_path_.c_str()); }

absl::Status AtomicFile::Commit() {
  stream_.close();
  if (!stream_) return absl::UnavailableError(absl::StrCat("cannot write ", path_));
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
  }
  return absl::OkStatus();
}

}  // namespace geometer::client
