#include "api/json.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::api {
namespace {

struct Fields {
  std::optional<std::string> text;
  std::optional<bool> flag;
  std::optional<std::int32_t> integer;
  std::optional<std::int64_t> number;
  std::optional<std::vector<std::string>> list;
  std::optional<std::vector<std::pair<std::string, std::string>>> map;
};

constexpr std::array kMembers{
    member<&Fields::text>("Text"),     member<&Fields::flag>("Flag"), member<&Fields::integer>("Integer"),
    member<&Fields::number>("Number"), member<&Fields::list>("List"), member<&Fields::map>("Map"),
};

Result<Fields> read_fields(std::string_view body) {
  TRY_ASSIGN(const Object object, parse_body(body));
  Fields fields;
  TRY(read_members<Fields>(object, kMembers, fields));
  return fields;
}

TEST(ParseBody, RefusesWhatIsNoJsonObjectWithoutAMessage) {
  const std::string lists(std::size_t{16} * 1024 * 1024, '[');
  std::string maps;
  for (int i = 0; i < 100'000; ++i) maps += R"({"M":)";
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("\"a\""), std::string("3"), std::string("null"),
        std::string("{\"a\":1}x"), std::string("{'a':1}"), std::string("{\"a\":1,}"), std::string("{\"a\":01}"),
        std::string(R"({"a":"\ud800"})"), std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":\"\n\"}"), lists,
        maps}) {
    const auto object = parse_body(body);
    ASSERT_FALSE(object) << body.substr(0, 40);
    EXPECT_EQ(object.error().code, ErrorCode::kSerialization);
    EXPECT_EQ(object.error().message, "");
  }
}

TEST(ParseBody, ReadsSmallBodiesAfterALargeOne) {
  const std::string large = R"({"Text":")" + std::string(8'000'000, 'x') + R"("})";
  EXPECT_EQ(read_fields(large)->text->size(), 8'000'000U);
  EXPECT_EQ(read_fields(R"({"Text":"small"})")->text, "small");
  EXPECT_FALSE(read_fields("{"));
  EXPECT_EQ(read_fields(R"({"Text":"again"})")->text, "again");
}

TEST(ReadMembers, ConvertsAsTheServiceDoes) {
  const auto fields = read_fields(
      R"({"Other":[{}],"Text":"t","Flag":"YES","Integer":2.9,"Number":-2.1,"List":["a","b"],"Map":{"k":"v"}})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->text, "t");
  EXPECT_EQ(fields->flag, true);
  EXPECT_EQ(fields->integer, 2);
  EXPECT_EQ(fields->number, -3);
  EXPECT_THAT(*fields->list, testing::ElementsAre("a", "b"));
  EXPECT_THAT(*fields->map, testing::ElementsAre(testing::Pair("k", "v")));
}

TEST(ReadMembers, TakesNullForAbsentAndTheLastOfSeveral) {
  const auto fields = read_fields(R"({"Text":null,"Flag":null,"List":null,"Map":null,"Integer":1,"Integer":2})");
  ASSERT_TRUE(fields);
  EXPECT_FALSE(fields->text || fields->flag || fields->list || fields->map);
  EXPECT_EQ(fields->integer, 2);
}

TEST(ReadMembers, ClampsNumbersOutOfRange) {
  EXPECT_EQ(read_fields(R"({"Integer":3000000000})")->integer, 2147483647);
  EXPECT_EQ(read_fields(R"({"Integer":-3000000000})")->integer, -2147483648);
  EXPECT_EQ(read_fields(R"({"Number":18446744073709551615})")->number, 9223372036854775807);
  EXPECT_EQ(read_fields(R"({"Number":1e300})")->number, 9223372036854775807);
}

TEST(ReadMembers, RefusesWrongTypesInTheServicesWords) {
  struct Case {
    std::string_view body;
    std::string_view want;
  };
  for (const auto& [body, want] : {
           Case{R"({"Text":true})", "TRUE_VALUE cannot be converted to String"},
           Case{R"({"Text":false})", "FALSE_VALUE cannot be converted to String"},
           Case{R"({"Text":3})", "NUMBER_VALUE cannot be converted to String"},
           Case{R"({"Text":3.5})", "DECIMAL_VALUE cannot be converted to String"},
           Case{R"({"Text":[]})", "Unrecognized collection type class java.lang.String"},
           Case{R"({"Text":{}})", "Start of structure or map found where not expected"},
           Case{R"({"Flag":"maybe"})", "Unexpected token received from parser"},
           Case{R"({"Flag":1})", "NUMBER_VALUE cannot be converted to Boolean"},
           Case{R"({"Flag":1.5})", "DECIMAL_VALUE cannot be converted to Boolean"},
           Case{R"({"Flag":[]})", "Unrecognized collection type class java.lang.Boolean"},
           Case{R"({"Flag":{}})", "Start of structure or map found where not expected"},
           Case{R"({"Integer":"1"})", "STRING_VALUE cannot be converted to Integer"},
           Case{R"({"Integer":true})", "TRUE_VALUE cannot be converted to Integer"},
           Case{R"({"Number":"1"})", "STRING_VALUE cannot be converted to Long"},
           Case{R"({"Number":[]})", "Unrecognized collection type class java.lang.Long"},
           Case{R"({"Number":{}})", "Start of structure or map found where not expected"},
           Case{R"({"List":"a"})", "Unexpected field type"},
           Case{R"({"List":{}})", "Start of structure or map found where not expected"},
           Case{R"({"List":[3]})", "NUMBER_VALUE cannot be converted to String"},
           Case{R"({"Map":"a"})", "Unexpected field type"},
           Case{R"({"Map":[]})", "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"},
           Case{R"({"Map":{"a":true}})", "TRUE_VALUE cannot be converted to String"},
           Case{R"({"Map":{"a":"1","b":"2","a":"3"}})", "Duplicate name in a map"},
       }) {
    const auto fields = read_fields(body);
    ASSERT_FALSE(fields) << body;
    EXPECT_EQ(fields.error().code, ErrorCode::kSerialization) << body;
    EXPECT_EQ(fields.error().message, want) << body;
  }
}

}  // namespace
}  // namespace stator::api
