#include "worker/trainer/files.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "worker/geometry/datasets/named_bytes.h"

namespace geometer::trainer {
namespace {

constexpr size_t kReadBytes = 1 << 20;

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

// NotFound only for a file to be read: what else fails, a full disk included, is not the fault of
// the job, its data or its device, and absl's own mapping of errno would say so.
absl::Status ReadError(const std::filesystem::path& path) {
  const absl::Status status = absl::ErrnoToStatus(errno, path.string());
  return errno == ENOENT ? status : absl::InternalError(status.message());
}

absl::Status WriteError(const std::filesystem::path& path) {
  return absl::InternalError(absl::ErrnoToStatus(errno, path.string()).message());
}

absl::Status TooLong(const std::filesystem::path& path, size_t max_bytes) {
  return geometry::Malformed({path.native(), {}}, max_bytes, "the end of the file", "more data");
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    bytes.remove_prefix(std::max<ssize_t>(written, 0));
  }
  return true;
}

absl::Status WriteSynced(const std::filesystem::path& path,
                         const std::vector<std::string_view>& pieces) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return WriteError(path);
  for (const std::string_view piece : pieces) {
    if (!WriteAll(file.get(), piece)) return WriteError(path);
  }
  return fsync(file.get()) == 0 ? absl::OkStatus() : WriteError(path);
}

}  // namespace

Descriptor::Descriptor(const std::filesystem::path& path, int flags)
    : fd_(open(path.c_str(), flags | O_CLOEXEC, 0644)) {}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<std::string> ReadGzip(const std::filesystem::path& path, size_t max_bytes) {
  errno = 0;
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rbe"));
  if (file == nullptr) return ReadError(path);
  std::string content;
  while (content.size() <= max_bytes) {
    const size_t size = content.size();
    content.resize(size + kReadBytes);
    const int got = gzread(file.get(), content.data() + size, kReadBytes);
    content.resize(size + std::max(got, 0));
    int error = Z_OK;
    gzerror(file.get(), &error);  // Z_BUF_ERROR: the compressed data end early
    if (got < 0 || error != Z_OK) {
      return geometry::Malformed({path.native(), {}}, content.size(), "gzip data",
                                 error == Z_BUF_ERROR ? "the end of the file" : "damaged data");
    }
    if (got == 0) return content;
  }
  return TooLong(path, max_bytes);
}

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes) {
  const Descriptor file(path, O_RDONLY);
  if (file.get() < 0) return ReadError(path);
  std::string content;
  while (content.size() <= max_bytes) {
    const size_t size = content.size();
    content.resize(size + kReadBytes);
    const ssize_t got = read(file.get(), content.data() + size, kReadBytes);
    content.resize(size + std::max<ssize_t>(got, 0));
    if (got < 0 && errno != EINTR) return ReadError(path);
    if (got == 0) return content;
  }
  return TooLong(path, max_bytes);
}

absl::Status WriteAtomically(const std::filesystem::path& path,
                             const std::vector<std::string_view>& pieces) {
  std::filesystem::path temporary = path;
  temporary += ".partial";
  if (absl::Status status = WriteSynced(temporary, pieces); !status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) return WriteError(path);
  const std::filesystem::path parent = path.parent_path();
  const Descriptor folder(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
  return fsync(folder.get()) == 0 ? absl::OkStatus() : WriteError(path);
}

}  // namespace geometer::trainer
