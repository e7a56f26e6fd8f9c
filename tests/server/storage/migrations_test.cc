#include "server/storage/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/storage/temporary_folder.h"

namespace geometer::server {
namespace {

class MigrationsTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  Database database = *Database::Open(folder.path() / "test.db", Database::Role::kWriter);
};

TEST_F(MigrationsTest, ANewFileGetsTheWholeSchemaAndASecondRunChangesNothing) {
  ASSERT_TRUE(Migrate(database).ok());
  database.Run(
      "INSERT INTO job (name, state, device, owner, spec_sha256, submit_time)"
      " VALUES ('a', 1, 1, '', '', 0)");
  ASSERT_TRUE(Migrate(database).ok());
  EXPECT_TRUE(database.Query("SELECT 1 FROM jobs WHERE state = 'queued'").Next());
}

TEST_F(MigrationsTest, AFileOfANewerReleaseIsRefusedUntouched) {
  database.RunScript("PRAGMA user_version = 1000");
  const absl::Status status = Migrate(database);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("schema 1000"));
  EXPECT_FALSE(database.Query("SELECT 1 FROM sqlite_schema").Next());
}

TEST_F(MigrationsTest, AMissingIndexIsFoundByName) {
  ASSERT_TRUE(Migrate(database).ok());
  database.RunScript("DROP INDEX job_by_state");
  const absl::Status status = Migrate(database);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("job_by_state"));
}

TEST_F(MigrationsTest, TablesAreStrict) {
  ASSERT_TRUE(Migrate(database).ok());
  EXPECT_THROW(database.Run("INSERT INTO job_tag (job, tag) VALUES ('text', 'a')"), DatabaseError);
}

}  // namespace
}  // namespace geometer::server
