// Every family of the job spec keeps the promises that validation, default filling and the
// reference rely on. A new method that forgets one fails here, by name.

#include <gmock/gmock.h>

#include <set>

#include "absl/strings/numbers.h"
#include "geometer/v1/job.pb.h"
#include "proto/contract/fields.h"
#include "proto/contract/reader.h"

namespace geometer::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Adds `type` and every message that it can hold. Fails when a type holds itself: the recursions
// of contract/ are bounded by the depth of the types.
void Collect(const Descriptor* type, std::vector<const Descriptor*> around,
             std::set<const Descriptor*>& found) {
  ASSERT_THAT(around, testing::Not(testing::Contains(type))) << type->full_name();
  around.push_back(type);
  found.insert(type);
  for (int i = 0; i < type->field_count(); ++i) {
    const Descriptor* inner = type->field(i)->message_type();
    if (inner != nullptr) Collect(inner, around, found);
  }
}

std::vector<const FieldDescriptor*> AllFields() {
  std::set<const Descriptor*> types;
  Collect(v1::JobSpec::descriptor(), {}, types);
  std::vector<const FieldDescriptor*> fields;
  for (const Descriptor* type : types) {
    for (int i = 0; i < type->field_count(); ++i) fields.push_back(type->field(i));
  }
  std::ranges::sort(fields, {}, &FieldDescriptor::full_name);
  return fields;
}

class FieldTest : public testing::TestWithParam<const FieldDescriptor*> {
 protected:
  const FieldDescriptor& field_ = *GetParam();
  const v1::Rules& rules_ = RulesOf(field_);
  const bool is_message_ = field_.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  const bool is_branch_ = field_.real_containing_oneof() != nullptr;
};

TEST_P(FieldTest, SaysWhatItMeans) {
  const bool is_method = is_branch_ && is_message_;
  const std::string meaning =
      is_method ? field_.message_type()->options().GetExtension(v1::method).summary()
                : rules_.meaning();
  EXPECT_THAT(meaning, testing::EndsWith("."));
}

TEST_P(FieldTest, HasATypeThatTheReaderKnows) {
  EXPECT_THAT((std::set{FieldDescriptor::CPPTYPE_UINT32, FieldDescriptor::CPPTYPE_UINT64,
                        FieldDescriptor::CPPTYPE_DOUBLE, FieldDescriptor::CPPTYPE_BOOL,
                        FieldDescriptor::CPPTYPE_STRING, FieldDescriptor::CPPTYPE_ENUM,
                        FieldDescriptor::CPPTYPE_MESSAGE}),
              testing::Contains(field_.cpp_type()));
  EXPECT_FALSE(field_.is_map());
}

TEST_P(FieldTest, HasARangeIfItIsANumber) {
  const bool is_double = field_.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE;
  const bool is_whole = field_.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 ||
                        field_.cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
  EXPECT_TRUE(!is_double || (rules_.has_min() && rules_.has_max()));
  EXPECT_TRUE(!is_whole || rules_.has_max());
}

TEST_P(FieldTest, HasALargestSizeIfItIsAListOrText) {
  const bool has_size =
      field_.is_repeated() || field_.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  EXPECT_EQ(has_size, rules_.has_max_size());
}

TEST_P(FieldTest, CanBeToldFromUnsetIfItIsAScalarWithADefault) {
  if (rules_.default_value().empty() || field_.is_repeated()) return;
  EXPECT_TRUE(field_.has_presence());
  EXPECT_FALSE(is_branch_);
}

TEST_P(FieldTest, HasADefaultOrIsRequiredIfItIsOptional) {
  if (!field_.has_optional_keyword()) return;
  EXPECT_NE(rules_.required(), !rules_.default_value().empty());
}

TEST_P(FieldTest, HasADefaultThatItsTypeAllows) {
  if (rules_.default_value().empty()) return;
  std::vector<Problem> problems;
  const auto value = ReadYaml(rules_.default_value(), problems);
  ASSERT_TRUE(value.has_value());
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(field_.containing_type())
          ->New());
  ReadField(*value, field_, *message, problems);
  EXPECT_THAT(problems, testing::IsEmpty());
}

TEST_P(FieldTest, HasADefaultWithinItsRange) {
  double value;
  if (field_.enum_type() != nullptr) return;  // whose names may be numbers
  if (!absl::SimpleAtod(rules_.default_value(), &value)) return;
  EXPECT_GE(value, rules_.min());
  EXPECT_LE(value, rules_.max());
}

TEST_P(FieldTest, IsRequiredToHaveABranchIfItHoldsAOneof) {
  if (!is_branch_) return;
  EXPECT_TRUE(field_.real_containing_oneof()->options().GetExtension(v1::required));
}

INSTANTIATE_TEST_SUITE_P(Spec, FieldTest, testing::ValuesIn(AllFields()), [](const auto& info) {
  return info.param->containing_type()->name() + "_" + info.param->name();
});

}  // namespace
}  // namespace geometer::contract
