#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "worker/agent/spool.h"

namespace geometer::worker {

// Appends the file `name` in `directory` to `spool` as ArtifactChunk records of at most 1 MiB; an
// empty file is one empty chunk. Reads the file twice: for its SHA-256, then for its bytes.
// INVALID_ARGUMENT: `name` is not a plain file name. Else errors of reading and of Spool::Append.
absl::Status SpoolArtifact(const std::filesystem::path& directory, const std::string& name,
                           Spool& spool);

}  // namespace geometer::worker
