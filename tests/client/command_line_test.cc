#include "client/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/commands/command.h"
#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(CommandLineTest, HelpNamesEveryCommand) {
  const Result result = RunClient({"--help"});
  EXPECT_EQ(result.code, 0);
  for (const Command& command : Commands()) EXPECT_THAT(result.out, HasSubstr(command.summary));
}

TEST(CommandLineTest, EveryCommandHasHelpWithAnExample) {
  for (const Command& command : Commands()) {
    const Result result = RunClient({command.name, "--help"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr(std::string("Example:\n  ") + command.example));
  }
}

TEST(CommandLineTest, NoCommandIsWrongUsage) {
  const Result result = RunClient(std::vector<std::string>{});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, StartsWith("geometer: "));
}

TEST(CommandLineTest, AMistypedCommandGetsTheNearestName) {
  const Result result = RunClient({"sumbit", "job.yaml"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("unknown command sumbit; did you mean 'submit'?"));
}

TEST(CommandLineTest, AnUnknownFlagIsWrongUsage) {
  EXPECT_THAT(RunClient({"--bogus"}).err, HasSubstr("unknown flag --bogus"));
  const Result result = RunClient({"list", "--bogus"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("see geometer list --help"));
}

TEST(CommandLineTest, AJobThatIsNoNumberIsWrongUsage) {
  const Result result = RunClient({"show", "x"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("must be a job's number, got x"));
}

// A port where nothing listens: that of a server that is gone.
std::string DeadAddress() { return ScriptedService().address(); }

TEST(CommandLineTest, WithoutAServerTheUserLearnsHowToStartOne) {
  const Result result = RunClient({"list", "--server", DeadAddress()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("start one: geometer up"));
}

TEST(CommandLineTest, AServerThatCannotWorkNowSaysWhyItself) {
  ScriptedService service;
  service.submit_status = {grpc::StatusCode::UNAVAILABLE, "the disk is full"};
  const Result result = RunClient(service, {"submit", "-"}, {.in = ValidJob()});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "geometer: the disk is full\n");
}

TEST(CommandLineTest, AMalformedAddressIsWrongUsage) {
  EXPECT_EQ(RunClient({"list", "--server", "nonsense"}).code, 2);
}

TEST(CommandLineTest, TheEnvironmentNamesTheServer) {
  const ScriptedService service;
  setenv("GEOMETER_SERVER", service.address().c_str(), 1);
  EXPECT_EQ(RunClient({"list"}).code, 0);
  EXPECT_EQ(RunClient({"list", "--server", DeadAddress()}).code, 1);  // a flag goes before it
  unsetenv("GEOMETER_SERVER");
}

TEST(CommandLineTest, TheServersMessageIsMadePrintable) {
  ScriptedService service;
  service.submit_status = {grpc::StatusCode::INVALID_ARGUMENT, "a\x1b[2J: bad\nb: worse"};
  const Result result = RunClient(service, {"submit", "-"}, {.in = ValidJob()});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err, "geometer: a\\x1b[2J: bad\ngeometer: b: worse\n");
}

}  // namespace
}  // namespace geometer::client
