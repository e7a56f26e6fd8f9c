#include "server/storage/store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/artifact_files.h"
#include "server/storage/migrations.h"

namespace geometer::server {
namespace fs = std::filesystem;

namespace {

absl::StatusOr<FileDescriptor> LockDirectory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory / "artifacts", error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot create ", directory.string(), ": ", error.message()));
  }
  // A file of its own: closing any descriptor of the database would drop SQLite's locks.
  FileDescriptor lock(open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) {
    return absl::UnavailableError(absl::StrCat("cannot write to ", directory.string()));
  }
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(directory.string(), " is in use by another server"));
  }
  return lock;
}

absl::StatusOr<Database> OpenWriter(const fs::path& file, const fs::path& artifacts) {
  absl::StatusOr<Database> database = Database::Open(file, Database::Role::kWriter);
  if (!database.ok()) return database;
  try {
    if (absl::Status status = Migrate(*database); !status.ok()) return status;
    RemoveOrphanedFolders(*database, artifacts);
  } catch (const DatabaseError& error) {
    return error.status();
  }
  return database;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const fs::path& directory,
                                                   const Options& options) {
  absl::StatusOr<FileDescriptor> lock = LockDirectory(directory);
  if (!lock.ok()) return lock.status();
  const fs::path file = directory / "geometer.db";
  absl::StatusOr<Database> writer = OpenWriter(file, directory / "artifacts");
  if (!writer.ok()) return writer.status();
  std::vector<Database> readers;
  for (size_t i = 0; i < options.readers; ++i) {
    absl::StatusOr<Database> reader = Database::Open(file, Database::Role::kReader);
    if (!reader.ok()) return reader.status();
    readers.push_back(*std::move(reader));
  }
  return std::unique_ptr<Store>(new Store(*std::move(lock), directory / "artifacts",
                                          *std::move(writer), std::move(readers), options));
}

Store::Store(FileDescriptor lock, fs::path artifacts, Database writer,
             std::vector<Database> readers, const Options& options)
    : lock_(std::move(lock)),
      artifacts_(std::move(artifacts)),
      writer_(std::move(writer), options.writer),
      readers_(std::move(readers), options.read_queue_capacity) {}

}  // namespace geometer::server
