#include "server/storage/migrations.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/schema.h"

namespace geometer::server {
namespace {

// Name and definition.
using SchemaObjects = std::set<std::pair<std::string, std::string>>;

SchemaObjects Objects(Database& database) {
  SchemaObjects objects;
  Statement rows = database.Query("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
  while (rows.Next()) objects.emplace(rows.Column<std::string>(0), rows.Column<std::string>(1));
  return objects;
}

int64_t Version(Database& database) {
  Statement version = database.Query("PRAGMA user_version");
  version.Next();
  return version.Column<int64_t>(0);
}

void RunMissingScripts(Database& database) {
  const std::vector<absl::string_view>& scripts = SchemaScripts();
  for (size_t done = Version(database); done < scripts.size(); ++done) {
    database.RunScript(std::string(scripts[done]));
  }
  database.RunScript(absl::StrCat("PRAGMA user_version = ", scripts.size()));
}

absl::Status VerifyObjects(Database& database) {
  absl::StatusOr<Database> fresh = Database::Open(":memory:", Database::Role::kWriter);
  if (!fresh.ok()) return fresh.status();
  RunMissingScripts(*fresh);
  const SchemaObjects objects = Objects(database);
  for (const auto& expected : Objects(*fresh)) {
    if (!objects.contains(expected)) {
      return absl::DataLossError(absl::StrCat(
          "'", expected.first, "' is missing or altered in the database: restore a backup"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(Database& database) {
  Transaction transaction(database, Transaction::Kind::kWrite);
  const int64_t known = SchemaScripts().size();
  if (const int64_t version = Version(database); version > known) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database has schema ", version, ", this release knows up to ", known,
                     ": a newer release wrote it; start that one"));
  }
  RunMissingScripts(database);
  transaction.Commit();
  return VerifyObjects(database);
}

}  // namespace geometer::server
