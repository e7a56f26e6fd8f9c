#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace geometer::client {

// A file that appears under its name only once it is complete: it is written beside it under a
// temporary name, which is removed unless Commit renamed it.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void Write(std::string_view data) { stream_.write(data.data(), data.size()); }

  // Replaces the file of that name. The only place where a failure to open or write shows.
  absl::Status Commit();

 private:
  const std::string path_;
  const std::string temporary_path_;
  std::ofstream stream_;
};

}  // namespace geometer::client
