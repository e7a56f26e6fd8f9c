#include "server/storage/database.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "tests/server/storage/temporary_folder.h"

namespace geometer::server {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "test.db";
  Database database = *Database::Open(file, Database::Role::kWriter);
};

TEST_F(DatabaseTest, SettingsAreThoseOfADurableWriter) {
  const auto pragma = [this](const std::string& name) {
    Statement row = database.Query("PRAGMA " + name);
    row.Next();
    return row.Column<std::string>(0);
  };
  EXPECT_EQ(pragma("journal_mode"), "wal");
  EXPECT_EQ(pragma("synchronous"), "2");
  EXPECT_EQ(pragma("foreign_keys"), "1");
}

TEST_F(DatabaseTest, AReaderNeitherWritesNorCheckpoints) {
  database.RunScript("CREATE TABLE t (x INTEGER)");
  Database reader = *Database::Open(file, Database::Role::kReader);
  EXPECT_THROW(reader.Run("INSERT INTO t VALUES (1)"), DatabaseError);
  Statement autocheckpoint = reader.Query("PRAGMA wal_autocheckpoint");
  autocheckpoint.Next();
  EXPECT_EQ(autocheckpoint.Column<int64_t>(0), 0);
}

TEST_F(DatabaseTest, NonFiniteValuesSurviveARoundTrip) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  database.RunScript("CREATE TABLE t (x REAL, y REAL, z REAL) STRICT");
  database.Run("INSERT INTO t VALUES (?1, ?2, ?3)", std::nan(""), kInfinity, -kInfinity);
  Statement row = database.Query("SELECT x, y, z FROM t");
  ASSERT_TRUE(row.Next());
  EXPECT_TRUE(std::isnan(row.Column<double>(0)));
  EXPECT_EQ(row.Column<double>(1), kInfinity);
  EXPECT_EQ(row.Column<double>(2), -kInfinity);
}

TEST_F(DatabaseTest, EmptyOptionalsAreNull) {
  Statement row =
      database.Query("SELECT ?1 IS NULL, ?2", std::optional<int>(), std::optional<int>(7));
  ASSERT_TRUE(row.Next());
  EXPECT_TRUE(row.Column<bool>(0));
  EXPECT_EQ(row.Column<std::optional<int>>(1), 7);
}

TEST_F(DatabaseTest, OneStatementRunsInsideItself) {
  database.RunScript("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2)");
  int pairs = 0;
  Statement outer = database.Query("SELECT x FROM t");
  while (outer.Next()) {
    Statement inner = database.Query("SELECT x FROM t");
    while (inner.Next()) ++pairs;
  }
  EXPECT_EQ(pairs, 4);
}

TEST_F(DatabaseTest, ATransactionThatIsNotCommittedIsUndone) {
  database.RunScript("CREATE TABLE t (x INTEGER)");
  {
    Transaction transaction(database, Transaction::Kind::kWrite);
    database.Run("INSERT INTO t VALUES (1)");
  }
  EXPECT_FALSE(database.Query("SELECT x FROM t").Next());
}

TEST_F(DatabaseTest, AStatementThatIsWrongThrowsAnInternalError) {
  try {
    database.Run("SELECT nothing FROM nowhere");
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.status().code(), absl::StatusCode::kInternal);
  }
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsUnavailableByName) {
  const auto opened = Database::Open(folder.path(), Database::Role::kWriter);
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(opened.status().message().find(folder.path().string()), std::string::npos);
}

}  // namespace
}  // namespace geometer::server
