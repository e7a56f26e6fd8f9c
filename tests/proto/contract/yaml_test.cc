#include "proto/contract/yaml.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <random>

#include "absl/strings/str_split.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/contract/defaults.h"
#include "tests/proto/contract/malformed_jobs.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {

void PrintTo(const MalformedJob& job, std::ostream* out) { *out << job.name; }

namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

// Why a job file is refused, as `geometer validate` says it; OK when it isn't.
absl::Status Check(const std::string& text) {
  const auto spec = ParseJob(text, "job.yaml");
  return spec.ok() ? AtSource(Validate(*spec), text, "job.yaml") : spec.status();
}

std::string Refusal(const std::string& text) { return std::string(Check(text).message()); }

class MalformedJobTest : public testing::TestWithParam<MalformedJob> {};

TEST_P(MalformedJobTest, IsRefusedAtItsPlace) {
  const absl::Status status = Check(GetParam().text);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("job.yaml:" + GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(HandMade, MalformedJobTest, testing::ValuesIn(HandMadeJobs()),
                         [](const auto& info) { return info.param.name; });

TEST(ParseJobTest, RefusesOrReadsEveryMutatedFile) {
  int refused = 0;
  for (const std::string& text : MutatedJobs(3000, /*seed=*/1)) {
    const absl::Status status = Check(text);
    if (status.ok()) {
      const v1::JobSpec spec = Parsed(text);
      EXPECT_TRUE(MessageDifferencer::Equals(spec, Parsed(FormatJob(spec)))) << text;
      continue;
    }
    ++refused;
    for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) {
      EXPECT_THAT(std::string(line), MatchesRegex("job.yaml:[1-9][0-9]*:[1-9][0-9]*: .+")) << text;
    }
  }
  EXPECT_GT(refused, 1500);
}

TEST(ParseJobTest, SaysWhatTheFileSaysAndNothingMore) {
  const v1::JobSpec spec = Parsed(SmallJob());
  EXPECT_EQ(spec.name(), "demo");
  EXPECT_EQ(spec.learners(0).model().mlp().hidden(0), 8);
  EXPECT_EQ(spec.learners(0).optimizer().sgd().learning_rate(), 0.1);
  EXPECT_EQ(spec.stop().steps(), 10);
  EXPECT_FALSE(spec.has_seed());
  EXPECT_FALSE(spec.learners(0).has_schedule());
}

TEST(ParseJobTest, TellsZeroFromUnset) { EXPECT_TRUE(Parsed("seed: 0").has_seed()); }

TEST(ParseJobTest, ReadsLearnerAsAListOfOne) {
  EXPECT_TRUE(
      MessageDifferencer::Equals(Parsed("learner: {name: a}"), Parsed("learners: [{name: a}]")));
}

TEST(ParseJobTest, ReadsASingleGroupAsAListOfOne) {
  EXPECT_TRUE(
      MessageDifferencer::Equals(Parsed("data: {digits: {}}"), Parsed("data:\n- digits: {}")));
}

TEST(ParseJobTest, ReadsJson) {
  EXPECT_TRUE(
      MessageDifferencer::Equals(Parsed(R"({"name":"a","stop":{"steps":3},"dtype":"float64"})"),
                                 Parsed("name: a\nstop: {steps: 3}\ndtype: float64")));
}

TEST(ParseJobTest, ReadsEnumsByLowerCaseName) {
  EXPECT_EQ(Parsed("dtype: float32").dtype(), v1::DTYPE_FLOAT32);
  EXPECT_EQ(Parsed("resources: {device: cuda}").resources().device(), v1::DEVICE_CUDA);
}

TEST(ParseJobTest, ReadsNumbersAsWritten) {
  for (const auto& [text, value] : std::vector<std::pair<std::string, double>>{
           {"1", 1},
           {"0.1", 0.1},
           {".5", 0.5},
           {"5.", 5},
           {"-0.25", -0.25},
           {"1e-3", 1e-3},
           {"1E+2", 100},
           {"4.9406564584124654e-324", 4.9406564584124654e-324}}) {
    EXPECT_EQ(Parsed("stop: {epochs: " + text + "}").stop().epochs(), value);
  }
}

TEST(ParseJobTest, ReadsTheLargestWholeNumbers) {
  EXPECT_EQ(Parsed("seed: 18446744073709551615").seed(), UINT64_MAX);
  EXPECT_EQ(Parsed("threads: 4294967295").threads(), UINT32_MAX);
}

TEST(ParseJobTest, ReadsWindowsFiles) {
  EXPECT_EQ(Parsed("\xEF\xBB\xBFname: demo\r\nseed: 3\r\n").seed(), 3);
}

TEST(ParseJobTest, ReadsUpToThirtyTwoLevels) {
  EXPECT_THAT(Refusal("seed: " + Repeat("[", 31) + Repeat("]", 31)), HasSubstr("a whole number"));
  EXPECT_THAT(Refusal("seed: " + Repeat("[", 32) + Repeat("]", 32)), HasSubstr("nested deeper"));
}

TEST(ParseJobTest, ReportsAllProblemsInOrderOfPlace) {
  EXPECT_EQ(Refusal("sede: 1\nthreads: x\nstop: {steps: -1}\n"),
            "job.yaml:1:1: unknown field 'sede'; did you mean 'seed'?\n"
            "job.yaml:2:10: 'threads' must be a whole number in plain digits, got 'x'\n"
            "job.yaml:3:15: 'steps' must be a whole number of at least 0, got '-1'");
}

TEST(ParseJobTest, StopsAfterAHundredProblems) {
  const std::string refusal = Refusal(Repeat("x: 1\n", 5000));
  EXPECT_EQ(std::ranges::count(refusal, '\n'), 99);
}

TEST(ParseJobTest, ShowsHostileTextEscapedAndShortened) {
  const std::string refusal = Refusal("\"\\e[2J" + Repeat("k", 900) + "\": 1");
  EXPECT_THAT(refusal, HasSubstr("'\\x1b[2Jkkkk"));
  EXPECT_LT(refusal.size(), 300);
}

// A megabyte of any of these must neither hang nor overflow the stack.
TEST(ParseJobTest, SurvivesRepeatedTokens) {
  for (const std::string token : {"[", "{", "- ", "? ", "a: ", "a: 1\n", "&a ", "*a ", "!a ", "\"",
                                  "'", "[a: ", "{a: 1}, ", "- a\n", "[]", "[1, ", "|\n", ","}) {
    EXPECT_FALSE(Check(Repeat(token, (1 << 20) / token.size())).ok()) << token;
  }
}

class ValidJobTest : public testing::TestWithParam<std::string> {};

TEST_P(ValidJobTest, HasNoViolations) { EXPECT_EQ(Check(GetParam()), absl::OkStatus()); }

TEST_P(ValidJobTest, IsReadBackFromItsFormat) {
  const v1::JobSpec spec = Parsed(GetParam());
  EXPECT_TRUE(MessageDifferencer::Equals(spec, Parsed(FormatJob(spec)))) << FormatJob(spec);
}

TEST_P(ValidJobTest, IsReadBackFromItsExplicitFormat) {
  const v1::JobSpec spec = WithDefaults(Parsed(GetParam()));
  EXPECT_TRUE(MessageDifferencer::Equals(spec, Parsed(FormatJob(spec)))) << FormatJob(spec);
}

INSTANTIATE_TEST_SUITE_P(Examples, ValidJobTest, testing::ValuesIn(ValidJobs()));

TEST(FormatJobTest, WritesFieldsInTheirOrder) {
  EXPECT_EQ(FormatJob(Parsed(SmallJob())),
            "name: demo\n"
            "data:\n  - digits: {}\n"
            "learners:\n"
            "  - model:\n      mlp:\n        hidden: [8]\n"
            "    objective:\n      cross_entropy: {}\n"
            "    optimizer:\n      sgd:\n        learning_rate: 0.1\n"
            "probes:\n  - every:\n      steps: 5\n    loss: {}\n"
            "stop:\n  steps: 10\n");
}

TEST(FormatJobTest, QuotesNamesThatLookLikeOtherTypes) {
  for (const std::string name :
       {"12", "1e3", "true", "No", "null", "0x10", "1_000", "nan", "2024.5"}) {
    v1::JobSpec spec;
    spec.set_name(name);
    EXPECT_EQ(Parsed(FormatJob(spec)).name(), name);
  }
}

TEST(FormatJobTest, KeepsAnyText) {
  v1::JobSpec spec;
  spec.set_name("é \"quoted\" \\ \n\t\x01\x7f: # - {");
  EXPECT_EQ(Parsed(FormatJob(spec)).name(), spec.name());
}

TEST(FormatJobTest, KeepsEveryBitOfANumber) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    v1::JobSpec spec;
    spec.mutable_stop()->set_epochs(value);
    EXPECT_EQ(Parsed(FormatJob(spec)).stop().epochs(), value);
  }
}

TEST(AtSourceTest, FindsAnAbsentFieldAtItsGroup) {
  EXPECT_EQ(AtSource({{"learners[0].optimizer.sgd.learning_rate", "must be given", ""}},
                     "learner:\n  optimizer:\n    sgd: {}\n", "f")
                .message(),
            "f:3:5: learners[0].optimizer.sgd.learning_rate: must be given");
}

TEST(AtSourceTest, FindsElementsOfLists) {
  EXPECT_THAT(std::string(AtSource({{"learners[1].name", "r", "b"}},
                                   "learners:\n- name: a\n- name: b\n", "f")
                              .message()),
              StartsWith("f:3:9: "));
}

TEST(AtSourceTest, IsOkWithoutViolations) { EXPECT_TRUE(AtSource({}, "x", "f").ok()); }

}  // namespace
}  // namespace geometer::contract
