#include "server/storage/log_table.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/storage/text_rules.h"

namespace geometer::server {
namespace {

constexpr int kMaxLinesAtOnce = 10'000;
constexpr int64_t kMaxLines = 100'000;
constexpr size_t kMaxLineBytes = 8 << 10;

absl::Status CheckLog(const v1::LogLines& log) {
  if (log.lines_size() > kMaxLinesAtOnce) {
    return absl::InvalidArgumentError(absl::StrCat("log.lines: at most ", kMaxLinesAtOnce));
  }
  for (const std::string& line : log.lines()) {
    absl::Status status = CheckText("log.lines", line, kMaxLineBytes);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

int64_t LastNumber(Database& database, int64_t attempt_id) {
  Statement last = database.Query(
      "SELECT number FROM log_line WHERE attempt = ?1 ORDER BY number DESC LIMIT 1", attempt_id);
  return last.Next() ? last.Column<int64_t>(0) : 0;
}

}  // namespace

absl::Status AppendLog(Database& database, int64_t attempt_id, const v1::LogLines& log) {
  if (absl::Status status = CheckLog(log); !status.ok()) return status;
  int64_t number = LastNumber(database, attempt_id);
  for (const std::string& line : log.lines()) {
    if (++number > kMaxLines + 1) break;
    database.Run("INSERT INTO log_line (attempt, number, text) VALUES (?1, ?2, ?3)", attempt_id,
                 number, number <= kMaxLines ? line : "(further lines were dropped)");
  }
  return absl::OkStatus();
}

}  // namespace geometer::server
