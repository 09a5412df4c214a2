#include "lambda/event_filter.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::lambda {
namespace {

// A record as a function gets it, with the members that rows look at.
constexpr std::string_view kRecord =
    R"({"eventID":"1","eventName":"INSERT","eventVersion":"1.1","awsRegion":"us-east-1","dynamodb":{)"
    R"("ApproximateCreationDateTime":1594935882,"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},)"
    R"("status":{"S":"paid"},"total":{"N":"42"},"empty":{"S":""},"none":{"NULL":true},"on":{"BOOL":false},)"
    R"("tags":{"SS":["blue","green"]},"lines":{"L":[{"M":{"sku":{"S":"x"},"n":{"N":"1"}}},)"
    R"({"M":{"sku":{"S":"y"},"n":{"N":"2"}}}]},"file":{"S":"photo.JPG"},"$or":{"S":"gold"}},)"
    R"("SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES"}})";

std::string in_new_image(std::string_view pattern) {
  return fmt::format(R"({{"dynamodb":{{"NewImage":{}}}}})", pattern);
}

bool matches(const std::vector<std::string>& patterns, std::string_view record = kRecord) {
  const auto filter = EventFilter::compile(patterns);
  EXPECT_TRUE(filter) << patterns.front();
  return filter && filter->matches(record);
}

TEST(EventFilterTest, WhatMatches) {
  struct Row {
    std::string_view name;
    std::string pattern;
    bool want;
  };
  const std::vector<Row> rows = {
      {"everything", "{}", true},
      {"one of two values", R"({"eventName":["MODIFY","INSERT"]})", true},
      {"none of the values", R"({"eventName":["MODIFY","REMOVE"]})", false},
      {"case counts", R"({"eventName":["insert"]})", false},
      {"all members", R"({"eventName":["INSERT"],"awsRegion":["us-east-1"]})", true},
      {"not all members", R"({"eventName":["INSERT"],"awsRegion":["eu-west-1"]})", false},
      {"of members of one name the last counts", R"({"eventName":["REMOVE"],"eventName":["INSERT"]})", true},
      {"an attribute", in_new_image(R"({"status":{"S":["paid"]}})"), true},
      {"without its type", in_new_image(R"({"status":["paid"]})"), false},
      {"of another type", in_new_image(R"({"status":{"N":["paid"]}})"), false},
      {"an attribute that is not there", in_new_image(R"({"state":{"S":["paid"]}})"), false},
      {"an image that is not there", R"({"dynamodb":{"OldImage":{"status":{"S":["paid"]}}}})", false},
      {"a number attribute is a text", in_new_image(R"({"total":{"N":["42"]}})"), true},
      {"a number attribute is no number", in_new_image(R"({"total":{"N":[42]}})"), false},
      {"a number", R"({"dynamodb":{"SizeBytes":[26]}})", true},
      {"numbers as they are written", R"({"dynamodb":{"SizeBytes":[26.0, 2.6e1]}})", false},
      {"a text is no number", R"({"dynamodb":{"SizeBytes":["26"]}})", false},
      {"true", in_new_image(R"({"none":{"NULL":[true]}})"), true},
      {"false", in_new_image(R"({"on":{"BOOL":[false]}})"), true},
      {"null is not NULL", in_new_image(R"({"none":[null]})"), false},
      {"an empty text", in_new_image(R"({"empty":{"S":[""]}})"), true},
      {"not an empty text", in_new_image(R"({"status":{"S":[""]}})"), false},
      {"an escaped name", in_new_image(R"({"st\u0061tus":{"S":["p\u0061id"]}})"), true},
      {"prefix", R"({"awsRegion":[{"prefix":"us-"}]})", true},
      {"no prefix", R"({"awsRegion":[{"prefix":"eu-"}]})", false},
      {"a number has no prefix", R"({"dynamodb":{"SizeBytes":[{"prefix":"2"}]}})", false},
      {"suffix", in_new_image(R"({"file":{"S":[{"suffix":".JPG"}]}})"), true},
      {"no suffix", in_new_image(R"({"file":{"S":[{"suffix":".jpg"}]}})"), false},
      {"equals-ignore-case", in_new_image(R"({"file":{"S":[{"equals-ignore-case":"PHOTO.jpg"}]}})"), true},
      {"not even ignoring case", in_new_image(R"({"file":{"S":[{"equals-ignore-case":"PHOTO"}]}})"), false},
      {"anything but this", R"({"eventName":[{"anything-but":"REMOVE"}]})", true},
      {"anything but these", R"({"eventName":[{"anything-but":["INSERT","REMOVE"]}]})", false},
      {"anything but a number", R"({"dynamodb":{"SizeBytes":[{"anything-but":[26]}]}})", false},
      {"anything but a text, of a number", R"({"dynamodb":{"SizeBytes":[{"anything-but":"26"}]}})", true},
      {"anything but, of what is not there", in_new_image(R"({"state":{"S":[{"anything-but":"a"}]}})"), false},
      {"anything but a prefix", R"({"awsRegion":[{"anything-but":{"prefix":"us-"}}]})", false},
      {"anything but another prefix", R"({"awsRegion":[{"anything-but":{"prefix":"eu-"}}]})", true},
      {"anything but a suffix", R"({"awsRegion":[{"anything-but":{"suffix":"-1"}}]})", false},
      {"numeric range", R"({"dynamodb":{"SizeBytes":[{"numeric":[">",25,"<=",26]}]}})", true},
      {"out of the range", R"({"dynamodb":{"SizeBytes":[{"numeric":[">=",20,"<",26]}]}})", false},
      {"numeric above", R"({"dynamodb":{"SizeBytes":[{"numeric":[">",26]}]}})", false},
      {"numeric below", R"({"dynamodb":{"SizeBytes":[{"numeric":["<",26.5]}]}})", true},
      {"numeric equality is of values", R"({"dynamodb":{"SizeBytes":[{"numeric":["=",2.6e1]}]}})", true},
      {"numeric of a number attribute", in_new_image(R"({"total":{"N":[{"numeric":[">",1]}]}})"), false},
      {"numeric or else", in_new_image(R"({"total":{"N":[{"numeric":[">",100]},{"anything-but":"101"}]}})"), true},
      {"exists", in_new_image(R"({"status":{"S":[{"exists":true}]}})"), true},
      {"exists, of what is no leaf", in_new_image(R"({"status":[{"exists":true}]})"), false},
      {"exists not, of what is no leaf", in_new_image(R"({"status":[{"exists":false}]})"), true},
      {"exists not", in_new_image(R"({"state":[{"exists":false}]})"), true},
      {"exists not, of a leaf", in_new_image(R"({"status":{"S":[{"exists":false}]}})"), false},
      {"exists not, below what is not there", in_new_image(R"({"state":{"S":[{"exists":false}]}})"), true},
      {"exists not, or a value", in_new_image(R"({"status":{"S":[{"exists":false},"paid"]}})"), true},
      {"an element of a set", in_new_image(R"({"tags":{"SS":["green"]}})"), true},
      {"no element of a set", in_new_image(R"({"tags":{"SS":["red"]}})"), false},
      {"an element of a list", in_new_image(R"({"lines":{"L":{"M":{"sku":{"S":["y"]},"n":{"N":["2"]}}}}})"), true},
      {"members of different elements", in_new_image(R"({"lines":{"L":{"M":{"sku":{"S":["y"]},"n":{"N":["1"]}}}}})"),
       false},
      {"$or", R"({"$or":[{"eventName":["REMOVE"]},{"awsRegion":["us-east-1"]}]})", true},
      {"$or of none", R"({"$or":[{"eventName":["REMOVE"]},{"awsRegion":["eu-west-1"]}]})", false},
      {"$or and its neighbours", R"({"eventName":["REMOVE"],"$or":[{"eventName":["INSERT"]}]})", false},
      {"$or within", in_new_image(R"({"$or":[{"a":{"S":["b"]}},{"status":{"S":["paid"]}}]})"), true},
      {"an attribute named $or", in_new_image(R"({"$or":{"S":["gold"]}})"), true},
  };
  for (const Row& row : rows) EXPECT_EQ(matches({row.pattern}), row.want) << row.name;
}

TEST(EventFilterTest, OneOfThePatternsIsEnough) {
  EXPECT_TRUE(matches({R"({"eventName":["REMOVE"]})", R"({"eventName":["INSERT"]})"}));
  EXPECT_FALSE(matches({R"({"eventName":["REMOVE"]})", R"({"eventName":["MODIFY"]})"}));
  EXPECT_TRUE(EventFilter::compile({})->matches(kRecord));
}

TEST(EventFilterTest, WhatIsNoPattern) {
  std::string deep = R"(["x"])";
  for (int i = 0; i < 500; ++i) deep = fmt::format(R"({{"a":{}}})", deep);
  const std::vector<std::pair<std::string_view, std::string>> rows = {
      {"nothing", ""},
      {"no JSON", "{"},
      {"a text", R"("INSERT")"},
      {"a list", R"([{"eventName":["INSERT"]}])"},
      {"a leaf that is no list", R"({"eventName":"INSERT"})"},
      {"a leaf that is a number", R"({"dynamodb":{"SizeBytes":26}})"},
      {"an empty list", R"({"eventName":[]})"},
      {"an empty object", R"({"dynamodb":{}})"},
      {"a list in a list", R"({"eventName":[["INSERT"]]})"},
      {"an unknown operator", R"({"eventName":[{"wildcard":"I*"}]})"},
      {"another", R"({"eventName":[{"cidr":"10.0.0.0/24"}]})"},
      {"two operators", R"({"eventName":[{"prefix":"I","suffix":"T"}]})"},
      {"no operator", R"({"eventName":[{}]})"},
      {"prefix of a number", R"({"eventName":[{"prefix":1}]})"},
      {"anything but nothing", R"({"eventName":[{"anything-but":[]}]})"},
      {"anything but a mixture", R"({"eventName":[{"anything-but":["a",1]}]})"},
      {"anything but an unknown operator", R"({"eventName":[{"anything-but":{"wildcard":"a"}}]})"},
      {"exists perhaps", R"({"eventName":[{"exists":"true"}]})"},
      {"numeric of nothing", R"({"a":[{"numeric":[]}]})"},
      {"numeric without a number", R"({"a":[{"numeric":[">"]}]})"},
      {"numeric of a text", R"({"a":[{"numeric":[">","1"]}]})"},
      {"numeric of an unknown comparison", R"({"a":[{"numeric":["!=",1]}]})"},
      {"numeric with the upper bound first", R"({"a":[{"numeric":["<",5,">",1]}]})"},
      {"numeric that nothing is in", R"({"a":[{"numeric":[">",5,"<",1]}]})"},
      {"numeric with two lower bounds", R"({"a":[{"numeric":[">",1,">",2]}]})"},
      {"numeric beyond its range", R"({"a":[{"numeric":[">",5000000001]}]})"},
      {"$or of nothing", R"({"$or":[]})"},
      {"$or of values", R"({"$or":["a"]})"},
      {"$or of an empty object", R"({"$or":[{}]})"},
      {"too deep", deep},
  };
  for (const auto& [name, pattern] : rows) {
    const auto filter = EventFilter::compile(std::vector{pattern});
    ASSERT_FALSE(filter) << name;
    EXPECT_EQ(filter.error().code, ErrorCode::kInvalidParameterValue) << name;
    EXPECT_EQ(filter.error().message, "Invalid filter pattern definition.") << name;
  }
}

// Alternatives that all have to be looked at, in each of the many elements of a list.
TEST(EventFilterTest, ALargeRecordIsNotLookedAtForever) {
  std::string alternatives;
  for (int i = 0; i < 150; ++i) alternatives += fmt::format(R"({}{{"k{}":{{"S":["x"]}}}})", i == 0 ? "" : ",", i);
  const std::string pattern =
      fmt::format(R"({{"dynamodb":{{"NewImage":{{"l":{{"L":{{"M":{{"$or":[{}]}}}}}}}}}}}})", alternatives);
  ASSERT_LT(pattern.size(), 4096U);
  const auto record_of = [](int elements) {
    std::string list;
    for (int i = 0; i < elements; ++i) list += R"({"M":{"a":{"S":""},"b":{"S":""}}},)";
    list.pop_back();
    return fmt::format(R"({{"dynamodb":{{"NewImage":{{"l":{{"L":[{}]}}}}}}}})", list);
  };
  EXPECT_FALSE(matches({pattern}, record_of(1000)));
  EXPECT_TRUE(matches({pattern}, record_of(40'000))) << "what is given up counts as a match";
}

// A pattern made from some of a record's leaves matches; with one of its values changed it does not.
TEST(EventFilterTest, PatternsMadeFromARecordMatchIt) {
  SeededRandom random(7);
  const auto draw = [&](std::uint64_t n) { return random.next() % n; };
  for (int round = 0; round < 500; ++round) {
    const auto attributes = 1 + draw(6);
    std::string record;
    std::string pattern;
    std::string other;
    const auto changed = draw(attributes);
    for (std::uint64_t i = 0; i < attributes; ++i) {
      const std::string_view comma = i == 0 ? "" : ",";
      const std::string value = fmt::format("v{}", draw(3));
      record += fmt::format(R"({}"a{}":{{"M":{{"b":{{"S":"{}"}}}}}})", comma, i, value);
      pattern += fmt::format(R"({}"a{}":{{"M":{{"b":{{"S":["w","{}"]}}}}}})", comma, i, value);
      other += fmt::format(R"({}"a{}":{{"M":{{"b":{{"S":["{}"]}}}}}})", comma, i, i == changed ? "w" : value);
    }
    record = fmt::format("{{{}}}", record);
    EXPECT_TRUE(matches({fmt::format("{{{}}}", pattern)}, record)) << pattern << record;
    EXPECT_FALSE(matches({fmt::format("{{{}}}", other)}, record)) << other << record;
  }
}

}  // namespace
}  // namespace stator::lambda
