#include "server/storage/statement.h"

#include <limits>

#include "server/storage/database.h"

namespace geometer::server {

Statement::Statement(Database& database, absl::string_view sql)
    : database_(database), sql_(sql), handle_(database.TakeCompiled(sql)) {}

Statement::~Statement() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
  database_.idle_statements_.emplace(std::move(sql_), std::move(handle_));
}

bool Statement::Next() {
  const int code = sqlite3_step(handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) database_.Fail(sql_);
  return code == SQLITE_ROW;
}

void Statement::BindInteger(int index, int64_t value) {
  Check(sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::BindReal(int index, double value) {
  Check(sqlite3_bind_double(handle_.get(), index, value));  // SQLite makes NaN a NULL
}

void Statement::BindText(int index, absl::string_view value) {
  Check(sqlite3_bind_text64(handle_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void Statement::BindBlob(int index, const Blob& value) {
  Check(sqlite3_bind_blob64(handle_.get(), index, value.bytes.data(), value.bytes.size(),
                            SQLITE_TRANSIENT));
}

void Statement::BindNull(int index) { Check(sqlite3_bind_null(handle_.get(), index)); }

bool Statement::IsNull(int index) const {
  return sqlite3_column_type(handle_.get(), index) == SQLITE_NULL;
}

int64_t Statement::Integer(int index) const { return sqlite3_column_int64(handle_.get(), index); }

double Statement::Real(int index) const {
  return IsNull(index) ? std::numeric_limits<double>::quiet_NaN()
                       : sqlite3_column_double(handle_.get(), index);
}

std::string Statement::Bytes(int index) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), index);
  const int size = sqlite3_column_bytes(handle_.get(), index);
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

void Statement::Check(int code) const {
  if (code != SQLITE_OK) database_.Fail(sql_);
}

}  // namespace geometer::server
