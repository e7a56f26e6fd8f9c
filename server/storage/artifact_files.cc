#include "server/storage/artifact_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/contract/file_digest.h"
#include "server/storage/file_descriptor.h"
#include "server/storage/text_rules.h"

namespace geometer::server {
namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxSize = uint64_t{4} << 30;
constexpr size_t kMaxChunk = size_t{1} << 20;

absl::Status Invalid(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::Status CheckChunk(const v1::ArtifactChunk& chunk) {
  if (absl::Status status = CheckFileName(chunk.name()); !status.ok()) return status;
  if (chunk.size() > kMaxSize) return Invalid("size: at most 4 GiB");
  if (chunk.data().size() > kMaxChunk) return Invalid("data: at most 1 MiB");
  if (chunk.data().empty() && chunk.size() > 0) return Invalid("data: must not be empty");
  if (chunk.sha256().size() != 64 ||
      chunk.sha256().find_first_not_of("0123456789abcdef") != std::string::npos) {
    return Invalid("sha256: 64 lower-case hexadecimal digits");
  }
  if (chunk.offset() > chunk.size() || chunk.data().size() > chunk.size() - chunk.offset()) {
    return Invalid("offset: the chunk ends beyond the artifact's size");
  }
  return absl::OkStatus();
}

// INVALID_ARGUMENT unless `chunk` goes on where the artifact's earlier ones ended.
absl::Status CheckContinues(Database& database, int64_t attempt_id,
                            const v1::ArtifactChunk& chunk) {
  Statement known =
      database.Query("SELECT received, size, sha256 FROM artifact WHERE attempt = ?1 AND name = ?2",
                     attempt_id, chunk.name());
  if (!known.Next())
    return chunk.offset() == 0 ? absl::OkStatus() : Invalid("offset: must begin at 0");
  if (known.Column<uint64_t>(1) != chunk.size() || known.Column<std::string>(2) != chunk.sha256()) {
    return Invalid("size, sha256: must be those of the artifact's first chunk");
  }
  if (known.Column<uint64_t>(0) != chunk.offset() || chunk.data().empty()) {
    return Invalid("offset: must be where the previous chunk ended");
  }
  return absl::OkStatus();
}

absl::Status FileError(absl::string_view action, const fs::path& file) {
  return absl::UnavailableError(absl::StrCat(action, " ", file.string(), ": ", strerror(errno)));
}

absl::Status WriteSynced(const fs::path& file, const std::string& data, off_t offset) {
  const FileDescriptor out(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (out.get() < 0) return FileError("open", file);
  for (size_t done = 0; done < data.size();) {
    const ssize_t n = pwrite(out.get(), data.data() + done, data.size() - done, offset + done);
    if (n < 0 && errno != EINTR) return FileError("write", file);
    if (n > 0) done += n;
  }
  return fsync(out.get()) == 0 ? absl::OkStatus() : FileError("sync", file);
}

absl::Status SyncFolder(const fs::path& folder) {
  const FileDescriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.get() >= 0 && fsync(opened.get()) == 0 ? absl::OkStatus()
                                                       : FileError("sync", folder);
}

absl::Status Move(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return FileError("rename", from);
  return SyncFolder(to.parent_path());
}

fs::path PartOf(const fs::path& file) { return fs::path(file) += ".part"; }

// Makes the folder; takes the final name away again if a last chunk was written but never
// committed.
absl::Status PreparePart(const fs::path& file) {
  std::error_code error;
  if (fs::create_directories(file.parent_path(), error); error) {
    return absl::UnavailableError(
        absl::StrCat("create ", file.parent_path().string(), ": ", error.message()));
  }
  if (absl::Status status = SyncFolder(file.parent_path().parent_path()); !status.ok())
    return status;
  return fs::exists(file, error) ? Move(file, PartOf(file)) : absl::OkStatus();
}

absl::Status Complete(const fs::path& file, const v1::ArtifactChunk& chunk) {
  const absl::StatusOr<std::string> sha256 = contract::Sha256OfFile(PartOf(file));
  if (!sha256.ok()) return sha256.status();
  if (*sha256 != chunk.sha256()) {
    return absl::DataLossError(absl::StrCat("artifact '", chunk.name(), "' has SHA-256 ", *sha256,
                                            ", announced was ", chunk.sha256()));
  }
  return Move(PartOf(file), file);
}

}  // namespace

absl::Status AppendChunk(Database& database, const fs::path& root, int64_t attempt_id,
                         uint64_t sequence, const v1::ArtifactChunk& chunk) {
  if (absl::Status status = CheckChunk(chunk); !status.ok()) return status;
  if (absl::Status status = CheckContinues(database, attempt_id, chunk); !status.ok())
    return status;
  const fs::path file = ArtifactPath(root, attempt_id, chunk.name());
  if (absl::Status status = PreparePart(file); !status.ok()) return status;
  if (absl::Status status = WriteSynced(PartOf(file), chunk.data(), chunk.offset()); !status.ok()) {
    return status;
  }
  const uint64_t received = chunk.offset() + chunk.data().size();
  database.Run(
      "INSERT INTO artifact (attempt, name, size, sha256, received, sequence)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET received = ?5, sequence = ?6",
      attempt_id, chunk.name(), chunk.size(), chunk.sha256(), received, sequence);
  return received == chunk.size() ? Complete(file, chunk) : SyncFolder(file.parent_path());
}

fs::path ArtifactPath(const fs::path& root, int64_t attempt_id, const std::string& name) {
  return root / absl::StrCat(attempt_id) / name;
}

void RemoveFolders(const fs::path& root, const std::vector<int64_t>& attempt_ids) {
  for (int64_t id : attempt_ids) {
    std::error_code ignored;
    fs::remove_all(root / absl::StrCat(id), ignored);
  }
}

void RemoveOrphanedFolders(Database& database, const fs::path& root) {
  std::error_code ignored;
  std::vector<int64_t> orphans;
  for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored)) {
    int64_t id = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &id)) continue;
    if (!database.Query("SELECT 1 FROM attempt WHERE id = ?1", id).Next()) orphans.push_back(id);
  }
  RemoveFolders(root, orphans);
}

}  // namespace geometer::server
