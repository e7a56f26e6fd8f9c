#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/measurement.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// Artifacts are files ROOT/<attempt>/<name>; ROOT/<attempt>/<name>.part until the last chunk came.
// The database says how much of a file counts: bytes beyond that are left-overs of a change that
// was undone, and are written again.

// Appends a chunk, synced before this returns; the last one checks the SHA-256, reading the whole
// file, and gives the file its name. Part of the writer's transaction. Errors: RecordStore::Apply.
absl::Status AppendChunk(Database& database, const std::filesystem::path& root, int64_t attempt_id,
                         uint64_t sequence, const v1::ArtifactChunk& chunk);

// Where a complete artifact is.
std::filesystem::path ArtifactPath(const std::filesystem::path& root, int64_t attempt_id,
                                   const std::string& name);

// Removes the folders of `attempt_ids`, whose job was deleted. What can't be removed now goes when
// the store is next opened.
void RemoveFolders(const std::filesystem::path& root, const std::vector<int64_t>& attempt_ids);

// Removes the folders of attempts that the database does not know.
void RemoveOrphanedFolders(Database& database, const std::filesystem::path& root);

}  // namespace geometer::server
