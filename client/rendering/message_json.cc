#include "client/rendering/message_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "client/rendering/number.h"
#include "client/rendering/time.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using nlohmann::ordered_json;

template <typename T>
ordered_json ScalarJson(const T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!std::isfinite(value)) return ExactNumber(value);
  }
  return value;
}

// One value of a field; `index` is that of a repeated field's element, else -1.
ordered_json ValueJson(const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
#define GET(Type)                                    \
  (index < 0 ? reflection.Get##Type(message, &field) \
             : reflection.GetRepeated##Type(message, &field, index))
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return ScalarJson(GET(Int32));
    case FieldDescriptor::CPPTYPE_INT64:
      return ScalarJson(GET(Int64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return ScalarJson(GET(UInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return ScalarJson(GET(UInt64));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ScalarJson(GET(Double));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return ScalarJson(GET(Float));
    case FieldDescriptor::CPPTYPE_BOOL:
      return ScalarJson(GET(Bool));
    case FieldDescriptor::CPPTYPE_STRING:
      return ScalarJson(GET(String));
    case FieldDescriptor::CPPTYPE_ENUM:
      return contract::EnumValueName(*GET(Enum));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return index < 0 ? MessageJson(reflection.GetMessage(message, &field))
                       : MessageJson(reflection.GetRepeatedMessage(message, &field, index));
  }
#undef GET
  return nullptr;
}

}  // namespace

ordered_json MessageJson(const Message& message) {
  using google::protobuf::Timestamp;
  if (message.GetDescriptor() == Timestamp::descriptor()) {
    return Rfc3339(static_cast<const Timestamp&>(message));
  }
  const auto& reflection = *message.GetReflection();
  ordered_json json = ordered_json::object();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.is_repeated()) {
      ordered_json& list = json[field.name()] = ordered_json::array();
      for (int j = 0; j < reflection.FieldSize(message, &field); ++j) {
        list.push_back(ValueJson(message, field, j));
      }
    } else if (!field.has_presence() || reflection.HasField(message, &field)) {
      json[field.name()] = ValueJson(message, field, -1);
    }
  }
  return json;
}

}  // namespace geometer::client
