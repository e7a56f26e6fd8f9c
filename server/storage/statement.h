#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace geometer::server {

class Database;

// Bytes, for a BLOB column.
struct Blob {
  std::string bytes;
};

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// A statement while it runs, made by Database::Query. Its database outlives it; its compiled form
// returns there for the next use.
//
//   Statement jobs = database.Query("SELECT id, name FROM jobs WHERE state = ?1", state);
//   while (jobs.Next()) Use(jobs.Column<int64_t>(0), jobs.Column<std::string>(1));
//
// Values, both bound and read: integers, enums, bool, double (NaN is NULL), strings, Blob, and
// std::optional of these (empty is NULL). An uint64_t must be at most 2^63 − 1.
// Every member throws DatabaseError when SQLite fails.
class Statement {
 public:
  template <typename... Arguments>
  Statement(Database& database, absl::string_view sql, const Arguments&... arguments)
      : Statement(database, sql) {
    int index = 0;
    (Bind(++index, arguments), ...);
  }
  Statement(Database& database, absl::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Advances to the next row; false after the last.
  bool Next();

  // Skips what rows remain.
  void Finish() {
    while (Next()) {
    }
  }

  // Column `index`, from 0, of the current row.
  template <typename T>
  T Column(int index) const;

 private:
  template <typename T>
  void Bind(int index, const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      BindInteger(index, static_cast<int64_t>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
      BindReal(index, value);
    } else if constexpr (std::is_same_v<T, Blob>) {
      BindBlob(index, value);
    } else if constexpr (requires { value.has_value(); }) {
      value.has_value() ? Bind(index, *value) : BindNull(index);
    } else {
      BindText(index, value);
    }
  }
  void BindInteger(int index, int64_t value);
  void BindReal(int index, double value);
  void BindText(int index, absl::string_view value);
  void BindBlob(int index, const Blob& value);
  void BindNull(int index);

  bool IsNull(int index) const;
  int64_t Integer(int index) const;
  double Real(int index) const;
  std::string Bytes(int index) const;
  void Check(int code) const;

  Database& database_;
  std::string sql_;
  StatementHandle handle_;
};

template <typename T>
T Statement::Column(int index) const {
  if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<T>(Integer(index));
  } else if constexpr (std::is_floating_point_v<T>) {
    return Real(index);
  } else if constexpr (std::is_same_v<T, Blob>) {
    return Blob{Bytes(index)};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return Bytes(index);
  } else {
    return IsNull(index) ? T() : T(Column<typename T::value_type>(index));
  }
}

}  // namespace geometer::server
