#pragma once

#include "absl/status/status.h"
#include "server/storage/database.h"

namespace geometer::server {

// Brings the schema of a writer's database up to this release's: runs the files schema/0001_….sql,
// 0002_… that it has not seen, in one exclusive transaction, and counts them in `PRAGMA
// user_version`. Then checks that tables, indexes and views are those that a new store would have.
//
// FAILED_PRECONDITION, and nothing changed, when a newer release wrote the file; DATA_LOSS, naming
// it, when a table, index or view is missing or altered. Throws DatabaseError.
absl::Status Migrate(Database& database);

}  // namespace geometer::server
