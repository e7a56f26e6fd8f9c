#include "worker/agent/artifact.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/contract/file_digest.h"
#include "worker/agent/descriptor.h"

namespace geometer::worker {
namespace {

constexpr size_t kChunkBytes = 1 << 20;

using Consumer = std::function<absl::Status(uint64_t offset, std::string_view chunk)>;

// Passes the file's bytes to `consume`, kChunkBytes at a time; the last piece may be shorter.
absl::Status ReadChunks(int file, const Consumer& consume) {
  std::vector<char> chunk(kChunkBytes);
  uint64_t offset = 0;
  while (true) {
    const ssize_t got = pread(file, chunk.data(), chunk.size(), offset);
    if (got < 0) return absl::ErrnoToStatus(errno, "reading an artifact");
    if (got == 0) return absl::OkStatus();
    absl::Status status = consume(offset, {chunk.data(), static_cast<size_t>(got)});
    if (!status.ok()) return status;
    offset += got;
  }
}

struct Identity {
  uint64_t size = 0;
  std::string sha256;
};

absl::StatusOr<Identity> Identify(int file) {
  contract::Sha256 hash;
  Identity identity;
  const absl::Status read = ReadChunks(file, [&](uint64_t, std::string_view chunk) {
    hash.Add({chunk.data(), chunk.size()});
    identity.size += chunk.size();
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  identity.sha256 = hash.Hex();
  return identity;
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == name.npos;
}

}  // namespace

absl::Status SpoolArtifact(const std::filesystem::path& directory, const std::string& name,
                           Spool& spool) {
  if (!IsPlainName(name)) return absl::InvalidArgumentError("an artifact's name with a folder");
  const Descriptor file(open((directory / name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return absl::ErrnoToStatus(errno, absl::StrCat("the artifact ", name));
  const absl::StatusOr<Identity> identity = Identify(file.get());
  if (!identity.ok()) return identity.status();
  const Consumer append = [&](uint64_t offset, std::string_view data) {
    v1::Record record;
    v1::ArtifactChunk& chunk = *record.mutable_artifact();
    chunk.set_name(name);
    chunk.set_size(identity->size);
    chunk.set_sha256(identity->sha256);
    chunk.set_offset(offset);
    chunk.set_data(std::string(data));
    return spool.Append(std::move(record));
  };
  if (identity->size == 0) return append(0, {});
  return ReadChunks(file.get(), append);
}

}  // namespace geometer::worker
