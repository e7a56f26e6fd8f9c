#include "proto/contract/validate.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "google/protobuf/stubs/logging.h"
#include "proto/contract/defaults.h"
#include "tests/proto/contract/valid_jobs.h"

namespace geometer::contract {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Texts(const v1::JobSpec& spec) {
  std::vector<std::string> texts;
  for (const Violation& violation : Validate(spec)) texts.push_back(ToText(violation));
  return texts;
}

v1::SgdOptimizer& Sgd(v1::JobSpec& spec) {
  return *spec.mutable_learners(0)->mutable_optimizer()->mutable_sgd();
}

TEST(ValidateTest, NamesPathRuleAndValue) {
  v1::JobSpec spec = Parsed(SmallJob());
  Sgd(spec).set_momentum(1.5);
  EXPECT_THAT(Texts(spec),
              ElementsAre("learners[0].optimizer.sgd.momentum: must be in [0, 1), got 1.5"));
}

TEST(ValidateTest, ReportsEverythingThatAnEmptySpecLacks) {
  EXPECT_THAT(Texts({}), ElementsAre("name: must be given", "learners: must be given",
                                     "stop: must be given", "data: must be given"));
}

TEST(ValidateTest, ReportsFieldsThenRulesBetweenFields) {
  v1::JobSpec spec = Parsed(SmallJob());
  spec.mutable_probes(0)->set_name("training");
  spec.set_threads(0);
  EXPECT_THAT(
      Texts(spec),
      ElementsAre("threads: must be in [1, 1024], got 0",
                  "probes[0].name: must not be the name of the run's own series, got training"));
}

TEST(ValidateTest, AcceptsTheEndsOfAClosedRangeOnly) {
  v1::JobSpec spec = Parsed(SmallJob());
  Sgd(spec).set_momentum(0);
  Sgd(spec).set_learning_rate(1000000);
  EXPECT_THAT(Texts(spec), IsEmpty());
  Sgd(spec).set_momentum(1);
  EXPECT_THAT(Texts(spec), ElementsAre(HasSubstr("momentum: must be in [0, 1), got 1")));
}

TEST(ValidateTest, RefusesNumbersThatAreNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {std::nan(""), infinity, -infinity}) {
    v1::JobSpec spec = Parsed(SmallJob());
    Sgd(spec).set_learning_rate(value);
    EXPECT_THAT(Texts(spec), ElementsAre(HasSubstr("learning_rate: must be finite, got ")));
  }
}

TEST(ValidateTest, RefusesFieldsFromTheFuture) {
  v1::JobSpec spec = Parsed(SmallJob());
  Sgd(spec).GetReflection()->MutableUnknownFields(&Sgd(spec))->AddVarint(4242, 1);
  EXPECT_THAT(Texts(spec), ElementsAre("learners[0].optimizer.sgd: must have no field that this "
                                       "release does not know, got field number 4242"));
}

TEST(ValidateTest, RefusesAMethodFromTheFuture) {
  v1::JobSpec spec = Parsed(SmallJob());
  auto* model = spec.mutable_learners(0)->mutable_model();
  model->Clear();
  model->GetReflection()->MutableUnknownFields(model)->AddLengthDelimited(99, "");
  EXPECT_THAT(Texts(spec), Contains(HasSubstr("learners[0].model: must have no field")));
}

TEST(ValidateTest, RefusesEnumValuesFromTheFutureAndTheUnspecifiedOne) {
  v1::JobSpec spec = Parsed(SmallJob());
  spec.set_dtype(static_cast<v1::Dtype>(77));
  spec.mutable_probes(0)->add_splits(v1::SPLIT_UNSPECIFIED);
  EXPECT_THAT(Texts(spec),
              ElementsAre("dtype: must be one of float32, float64, got 77",
                          "probes[0].splits[0]: must be one of train, validation, test, got "
                          "unspecified"));
}

TEST(ValidateTest, DoesNotLookIntoListsThatAreTooLong) {
  v1::JobSpec spec = Parsed(SmallJob());
  for (int i = 0; i < 100000; ++i) spec.add_probes();
  EXPECT_THAT(Texts(spec), ElementsAre("probes: must have at most 64 elements, got 100001"));
}

TEST(ValidateTest, ShowsHostileTextAsPrintableAscii) {
  v1::JobSpec spec = Parsed(SmallJob());
  spec.set_name("\x1b[31m\xc3\xa9\n");
  const std::string text = Texts(spec).at(0);
  EXPECT_TRUE(std::ranges::all_of(text, absl::ascii_isprint)) << text;
}

TEST(ValidateTest, WantsDifferentNamesOfTheLearnersOfAGame) {
  v1::JobSpec spec = Parsed(ValidJobs()[3]);
  spec.mutable_learners(0)->set_name("maker");
  EXPECT_THAT(Texts(spec),
              Contains("learners[1].name: must differ from those before it, got maker"));
}

TEST(ValidateTest, AcceptsALargeBatchSizeWhereTheWholeSplitIsUsed) {
  v1::JobSpec spec = Parsed(SmallJob());
  v1::Batches& batches = *spec.mutable_learners(0)->mutable_batches();
  batches.set_size(5000);
  batches.set_full(true);
  EXPECT_THAT(Texts(spec), IsEmpty());
}

TEST(ValidateTest, AcceptsEveryExampleWithItsDefaults) {
  for (const std::string& text : ValidJobs()) {
    EXPECT_THAT(Texts(WithDefaults(Parsed(text))), IsEmpty());
  }
}

// Any bytes that protobuf takes for a spec.
TEST(ValidateTest, SurvivesMutatedMessages) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  for (const std::string& text : ValidJobs()) {
    const std::string bytes = Parsed(text).SerializeAsString();
    for (size_t place = 0; place < bytes.size(); ++place) {
      for (const char c : {'\0', '\x08', '\x7f', '\xff'}) {
        std::string mutated = bytes;
        mutated[place] = c;
        v1::JobSpec spec;
        if (!spec.ParseFromString(mutated) || !Validate(spec).empty()) continue;
        EXPECT_THAT(Texts(WithDefaults(spec)), IsEmpty()) << spec.DebugString();
      }
    }
  }
}

TEST(ToStatusTest, IsOkWithoutViolations) { EXPECT_TRUE(ToStatus({}).ok()); }

TEST(ToStatusTest, HoldsOneViolationALine) {
  const absl::Status status = ToStatus({{"a", "must be b", "c"}, {"d", "must be given", ""}});
  EXPECT_EQ(status, absl::InvalidArgumentError("a: must be b, got c\nd: must be given"));
}

TEST(ToStatusTest, FitsIntoAGrpcStatus) {
  const absl::Status status = ToStatus(std::vector<Violation>(10000, {"path", "rule", "got"}));
  EXPECT_LT(status.message().size(), 5000);
  EXPECT_THAT(std::string(status.message()), EndsWith(" more)"));
}

}  // namespace
}  // namespace geometer::contract
