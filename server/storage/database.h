#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/storage/statement.h"

namespace geometer::server {

// SQLite failed: disk full, file damaged, a statement that is our bug. Never thrown for what a user
// or a worker did: that is an absl::Status. Writer and ReaderPool catch it once, around each piece
// of work.
class DatabaseError : public std::runtime_error {
 public:
  explicit DatabaseError(absl::Status status)
      : std::runtime_error(status.ToString()), status_(std::move(status)) {}

  // UNAVAILABLE for what may pass (disk full, input or output error, busy), else INTERNAL.
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

// One connection to the store's SQLite file. Not thread-safe: one thread at a time.
//
// SQLite before 3.51.3 can damage a WAL file when one connection checkpoints while another commits,
// so the one writer alone does both; readers are opened read-only and never checkpoint.
class Database {
 public:
  enum class Role { kWriter, kReader };

  // Opens `file`; a writer creates it. WAL, synchronous=FULL, foreign keys on, 5 s busy timeout.
  // Returns UNAVAILABLE, naming the file, when that fails.
  static absl::StatusOr<Database> Open(const std::filesystem::path& file, Role role);

  // A statement with `arguments` bound to ?1, ?2, … (see Statement); compiled once per connection.
  template <typename... Arguments>
  Statement Query(absl::string_view sql, const Arguments&... arguments) {
    return Statement(*this, sql, arguments...);
  }

  // Runs one statement to its end; returns the number of rows that it inserted, updated or deleted.
  template <typename... Arguments>
  int64_t Run(absl::string_view sql, const Arguments&... arguments) {
    Query(sql, arguments...).Finish();
    return sqlite3_changes64(connection_.get());
  }

  // Runs any number of statements without arguments.
  void RunScript(const std::string& sql);

  int64_t LastInsertId() const { return sqlite3_last_insert_rowid(connection_.get()); }

 private:
  friend class Statement;
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  using Connection = std::unique_ptr<sqlite3, Close>;

  explicit Database(Connection connection) : connection_(std::move(connection)) {}
  StatementHandle TakeCompiled(absl::string_view sql);
  [[noreturn]] void Fail(absl::string_view action) const;

  Connection connection_;  // outlives the statements: declared first
  std::map<std::string, StatementHandle, std::less<>> idle_statements_;
};

// One atomic change, or one unchanging view for reads. Rolled back by the destructor unless
// committed.
class Transaction {
 public:
  enum class Kind { kWrite, kRead };

  // kWrite takes the write lock at once (BEGIN IMMEDIATE).
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void Commit();

 private:
  Database& database_;
};

}  // namespace geometer::server
