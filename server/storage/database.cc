#include "server/storage/database.h"

#include "absl/strings/str_cat.h"

namespace geometer::server {
namespace {

// Failures that may pass by themselves, or once somebody made room.
bool MayPass(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
      return true;
    default:
      return false;
  }
}

constexpr char kWriterSettings[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    "PRAGMA wal_autocheckpoint = 1000;";
constexpr char kReaderSettings[] = "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;";

}  // namespace

absl::StatusOr<Database> Database::Open(const std::filesystem::path& file, Role role) {
  const bool writes = role == Role::kWriter;
  const int access = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, access | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database{Connection(raw)};
  if (code != SQLITE_OK) {
    return absl::UnavailableError(
        absl::StrCat("cannot open ", file.string(), ": ", sqlite3_errstr(code)));
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5'000);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, writes ? 0 : 1, nullptr);
  try {
    database.RunScript(writes ? kWriterSettings : kReaderSettings);
  } catch (const DatabaseError& error) {
    return absl::UnavailableError(absl::StrCat("cannot use ", file.string(), ": ", error.what()));
  }
  return database;
}

void Database::RunScript(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    Fail(sql);
  }
}

StatementHandle Database::TakeCompiled(absl::string_view sql) {
  if (const auto idle = idle_statements_.find(sql); idle != idle_statements_.end()) {
    StatementHandle handle = std::move(idle->second);
    idle_statements_.erase(idle);
    return handle;
  }
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK) {
    Fail(sql);
  }
  return StatementHandle(raw);
}

void Database::Fail(absl::string_view action) const {
  const std::string message =
      absl::StrCat("SQLite: ", sqlite3_errmsg(connection_.get()), " in: ", action);
  throw DatabaseError(MayPass(sqlite3_errcode(connection_.get())) ? absl::UnavailableError(message)
                                                                  : absl::InternalError(message));
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.Run(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  // SQLite ends the transaction itself after some errors; what remains open is undone by closing.
  sqlite3* connection = database_.connection_.get();
  if (!sqlite3_get_autocommit(connection)) {
    sqlite3_exec(connection, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::Commit() { database_.Run("COMMIT"); }

}  // namespace geometer::server
