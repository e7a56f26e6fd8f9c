#pragma once

#include <unistd.h>

#include <utility>

namespace geometer::server {

// Owns an open file, and with it an flock(2) on it: both end with this object, or with the process.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace geometer::server
