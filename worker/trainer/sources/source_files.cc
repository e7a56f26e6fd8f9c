#include "worker/trainer/sources/source_files.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/trainer/files.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFileBytes = 512 << 20;  // decompressed; the largest known file has 226 MB

}  // namespace

absl::StatusOr<SourceFiles> SourceFiles::Read(const fs::path& folder,
                                              const std::vector<std::string>& names,
                                              const std::string& remedy) {
  SourceFiles files;
  for (const std::string& name : names) {
    const std::string path = (folder / name).string();
    auto content = ReadGzip(path, kMaxFileBytes);
    if (absl::IsNotFound(content.status())) {
      return absl::NotFoundError(absl::StrCat(path, " is missing; ", remedy));
    }
    if (!content.ok()) return content.status();
    files.paths_.push_back(path);
    files.contents_.push_back(*std::move(content));
  }
  return files;
}

std::string IdentityOf(const fs::path& folder) {
  std::vector<std::string> lines = {folder.string()};
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(
           folder, fs::directory_options::follow_directory_symlink, ignored)) {
    lines.push_back(absl::StrCat(entry.path().string(), " ", entry.file_size(ignored), " ",
                                 entry.last_write_time(ignored).time_since_epoch().count()));
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

}  // namespace geometer::trainer
