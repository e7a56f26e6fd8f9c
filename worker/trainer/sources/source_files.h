#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::trainer {

// The files of one data set, decompressed, in memory.
class SourceFiles {
 public:
  // Reads `names` in `folder`. NotFound, with `remedy`, where one is missing. DataLoss: its
  // compression is damaged, or it holds more than 512 MiB.
  static absl::StatusOr<SourceFiles> Read(const std::filesystem::path& folder,
                                          const std::vector<std::string>& names,
                                          const std::string& remedy);

  // The file number `i` of `names`, borrowed.
  geometry::NamedBytes operator[](size_t i) const { return {paths_[i], contents_[i]}; }

 private:
  std::vector<std::string> paths_;
  std::vector<std::string> contents_;
};

// Name, size and time of last change of everything in `folder`: changes when a file does.
std::string IdentityOf(const std::filesystem::path& folder);

}  // namespace geometer::trainer
