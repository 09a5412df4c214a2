#include "api/attribute_value.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/random.h"
#include "model/limits.h"

namespace stator::api {
namespace {

// {"Item": <item>}, read.
struct Input {
  std::optional<WireItem> item;
  std::optional<WireValue> value;
};
constexpr std::array kMembers{member<&Input::item>("Item"), member<&Input::value>("Value")};

Result<Input> read_input(const std::string& body) {
  TRY_ASSIGN(const Object object, parse_body(body));
  Input input;
  TRY(read_members<Input>(object, kMembers, input));
  return input;
}

Result<WireItem> read_item(std::string_view item) {
  TRY_ASSIGN(Input input, read_input(fmt::format(R"({{"Item":{}}})", item)));
  return *std::move(input.item);
}

std::string rendered(const model::Item& item) {
  std::string out;
  append_item(out, item.view());
  return out;
}

TEST(AttributeValue, EveryTypeComesBackCanonical) {
  struct Case {
    std::string_view sent;
    std::string_view want;
  };
  for (const auto& [sent, want] : {
           Case{R"({"S":"x"})", R"({"S":"x"})"},
           Case{R"({"S":""})", R"({"S":""})"},
           Case{R"({"N":"-0012.50"})", R"({"N":"-12.5"})"},
           Case{R"({"N":"+5"})", R"({"N":"5"})"},
           Case{R"({"N":"1e3"})", R"({"N":"1000"})"},
           Case{R"({"B":"AP8="})", R"({"B":"AP8="})"},
           Case{R"({"B":""})", R"({"B":""})"},
           Case{R"({"BOOL":true})", R"({"BOOL":true})"},
           Case{R"({"BOOL":"no"})", R"({"BOOL":false})"},
           Case{R"({"NULL":true})", R"({"NULL":true})"},
           Case{R"({"SS":["b","a"]})", R"({"SS":["a","b"]})"},
           Case{R"({"NS":["2","-1","1e1"]})", R"({"NS":["-1","2","10"]})"},
           Case{R"({"BS":["/w==","AA=="]})", R"({"BS":["AA==","/w=="]})"},
           Case{R"({"L":[{"S":"b"},{"N":"1"},{"L":[]}]})", R"({"L":[{"S":"b"},{"N":"1"},{"L":[]}]})"},
           Case{R"({"M":{"b":{"M":{}},"a":{"NULL":true}}})", R"({"M":{"a":{"NULL":true},"b":{"M":{}}}})"},
           Case{R"({"S":null,"N":"1","Other":{}})", R"({"N":"1"})"},
       }) {
    const auto item = read_item(fmt::format(R"({{"a":{}}})", sent));
    ASSERT_TRUE(item) << sent;
    EXPECT_FALSE(item->problem) << sent;
    EXPECT_EQ(rendered(item->item), fmt::format(R"({{"a":{}}})", want));
  }
}

TEST(AttributeValue, WrongTypesAreTheServicesSerializationErrors) {
  struct Case {
    std::string_view item;
    std::string_view want;
  };
  for (const auto& [item, want] : {
           Case{R"("a")", "Unexpected field type"},
           Case{R"([])",
                "Unrecognized collection type java.util.Map<java.lang.String, "
                "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
           Case{R"({"a":"b"})", "Unexpected value type in payload"},
           Case{R"({"a":[]})", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"},
           Case{R"({"a":{"S":3}})", "NUMBER_VALUE cannot be converted to String"},
           Case{R"({"a":{"N":3}})", "NUMBER_VALUE cannot be converted to String"},
           Case{R"({"a":{"B":3}})", "only base-64-encoded strings are convertible to bytes"},
           Case{R"({"a":{"B":[]}})", "Unrecognized collection type class java.nio.ByteBuffer"},
           Case{R"({"a":{"B":"abcde"}})", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"},
           Case{R"({"a":{"B":"=+/="}})", "Invalid last non-pad Base64 character dectected"},
           Case{R"({"a":{"SS":"a"}})", "Unexpected field type"},
           Case{R"({"a":{"SS":{}}})", "Start of structure or map found where not expected"},
           Case{R"({"a":{"SS":[1]}})", "NUMBER_VALUE cannot be converted to String"},
           Case{R"({"a":{"BS":[true]}})", "only base-64-encoded strings are convertible to bytes"},
           Case{R"({"a":{"L":{}}})", "Start of structure or map found where not expected"},
           Case{R"({"a":{"L":["a"]}})", "Unexpected value type in payload"},
           Case{R"({"a":{"M":[]}})",
                "Unrecognized collection type java.util.Map<java.lang.String, "
                "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
           Case{R"({"a":{"BOOL":1}})", "NUMBER_VALUE cannot be converted to Boolean"},
           Case{R"({"a":{"S":"1"},"a":{"S":"2"}})", "Duplicate name in a map"},
           Case{R"({"a":{"M":{"b":{"S":"1"},"b":{"S":"1"}}}})", "Duplicate name in a map"},
           // A wrong type wins over what is wrong with a value before it.
           Case{R"({"a":{"N":"x"},"b":{"S":1}})", "NUMBER_VALUE cannot be converted to String"},
       }) {
    const auto read = read_item(item);
    ASSERT_FALSE(read) << item;
    EXPECT_EQ(read.error().code, ErrorCode::kSerialization);
    EXPECT_EQ(read.error().message, want) << item;
  }
  const auto value = read_input(R"({"Value":"a"})");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message, "Unexpected field type");
}

struct ProblemCase {
  std::string_view value;
  std::string_view current;
  std::string_view older;  // empty: the same
};

constexpr std::string_view kNotNumeric = "The parameter cannot be converted to a numeric value: ";
constexpr std::string_view kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr std::string_view kNoType =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
constexpr std::string_view kTwoTypes =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";

constexpr ProblemCase kProblems[] = {
    {R"({"N":"abc"})", "The parameter cannot be converted to a numeric value: abc", ""},
    {R"({"N":""})", kNotNumeric, "The parameter cannot be converted to a numeric value"},
    {R"({"N":" 1"})", "The parameter cannot be converted to a numeric value:  1", ""},
    {R"({"N":"0x10"})", "The parameter cannot be converted to a numeric value: 0x10", ""},
    {R"({"N":"1e126"})", kOverflow, ""},
    {R"({"N":"1e99999999999"})", kOverflow, ""},
    {R"({"N":"1e-131"})", kUnderflow, ""},
    {R"({"N":"123456789012345678901234567890123456789"})",
     "Attempting to store more than 38 significant digits in a Number", ""},
    {R"({"SS":["b","a","b"]})",
     R"(One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.)",
     "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."},
    {R"({"SS":["c","a","c","b"]})",
     R"(One or more parameter values were invalid: Input collection ["a", "c", "c", "b"] contains duplicates.)",
     "One or more parameter values were invalid: Input collection [c, a, c, b] contains duplicates."},
    {R"({"BS":["/w==","AA==","AA=="]})",
     R"(One or more parameter values were invalid: Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.)",
     "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains duplicates."},
    {R"({"NS":["2","1","2.0"]})", "One or more parameter values were invalid: Input collection contains duplicates.",
     "Input collection contains duplicates"},
    {R"({"NS":["1","x"]})", "The parameter cannot be converted to a numeric value: x", ""},
    {R"({"SS":[]})", "One or more parameter values were invalid: An string set  may not be empty", ""},
    {R"({"NS":[]})", "One or more parameter values were invalid: An number set  may not be empty", ""},
    {R"({"BS":[]})", "One or more parameter values were invalid: Binary sets should not be empty", ""},
    {R"({"SS":["a",null]})",
     "One or more parameter values were invalid: An string set may not have a null string as a member", ""},
    {R"({"NULL":false})",
     "One or more parameter values were invalid: Null attribute value types must have the value of true", ""},
    {R"({})", kNoType, ""},
    {R"(null)", kNoType, ""},
    {R"({"s":"x"})", kNoType, ""},
    {R"({"L":[{}]})", kNoType, ""},
    {R"({"M":{"a":{"M":{"b":{}}}}})", kNoType, ""},
    {R"({"S":"a","N":"1"})", kTwoTypes, ""},
    {R"({"S":"a","N":""})", kNotNumeric, "The parameter cannot be converted to a numeric value"},
    {R"({"M":{"":{"S":"x"}}})", "Empty attribute name", ""},
};

TEST(AttributeValue, ProblemsAreWordedByLayer) {
  for (const auto& [value, current, older] : kProblems) {
    const auto read = read_item(fmt::format(R"({{"a":{}}})", value));
    ASSERT_TRUE(read) << value;
    ASSERT_TRUE(read->problem) << value;
    EXPECT_EQ(read->problem->text(Layer::kCurrent), current) << value;
    EXPECT_EQ(read->problem->text(Layer::kOlder), older.empty() ? current : older) << value;
  }
}

TEST(AttributeValue, TheFirstProblemIsTold) {
  const auto first = read_item(R"({"a":{"N":"x"},"b":{"SS":[]}})");
  EXPECT_EQ(first->problem->current, "The parameter cannot be converted to a numeric value: x");
  const auto empty_name = read_item(R"({"a":{"N":"x"},"":{"S":"x"}})");
  EXPECT_EQ(empty_name->problem->current, "Empty attribute name");
  const auto nested_empty_name = read_item(R"({"a":{"M":{"":{"S":"x"}}},"b":{"N":"x"}})");
  EXPECT_EQ(nested_empty_name->problem->current, "The parameter cannot be converted to a numeric value: x");
}

std::string nested(int levels, std::string_view open, std::string_view close) {
  std::string out;
  for (int i = 0; i < levels; ++i) out += open;
  out += R"({"S":"x"})";
  for (int i = 0; i < levels; ++i) out += close;
  return out;
}

TEST(AttributeValue, NestsThirtyTwoLevels) {
  for (const auto& [open, close] : {std::pair{R"({"M":{"a":)", "}}"}, std::pair{R"({"L":[)", "]}"}}) {
    const std::string deepest = fmt::format(R"({{"a":{}}})", nested(31, open, close));
    const auto accepted = read_item(deepest);
    ASSERT_TRUE(accepted);
    EXPECT_FALSE(accepted->problem);
    EXPECT_EQ(rendered(accepted->item), deepest);
    for (const int levels : {32, 400}) {
      const auto refused = read_item(fmt::format(R"({{"a":{}}})", nested(levels, open, close)));
      ASSERT_TRUE(refused) << levels;
      ASSERT_TRUE(refused->problem) << levels;
      EXPECT_EQ(refused->problem->current,
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
                "supported limit");
    }
  }
}

TEST(AttributeValue, LargeAndRepetitiveInputIsReadInOneGo) {
  std::string members;
  for (int i = 0; i < 300'000; ++i) members += fmt::format("\"{}\",", i);
  const auto set = read_item(fmt::format(R"({{"a":{{"NS":[{}"7"]}}}})", members));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->problem->older, "Input collection contains duplicates");

  std::string names;
  for (int i = 0; i < 300'000; ++i) names += R"("a":{"S":""},)";
  EXPECT_FALSE(read_item(fmt::format(R"({{{}"b":{{"S":""}}}})", names)));

  // What a request before left behind does not show.
  EXPECT_EQ(rendered(read_item(R"({"a":{"M":{"b":{"SS":["x"]}}}})")->item), R"({"a":{"M":{"b":{"SS":["x"]}}}})");
}

// Long texts are looked at in blocks: what must be escaped may be anywhere in one, and in any.
TEST(JsonString, EscapesWhereverItIs) {
  struct Case {
    char c;
    std::string_view want;
  };
  for (const auto& [c, want] : {Case{'"', "\\\""}, Case{'\\', "\\\\"}, Case{'\x1f', "\\u001f"}, Case{'\0', "\\u0000"},
                                Case{' ', " "}, Case{'\x7f', "\x7f"}, Case{'\x80', "\x80"}, Case{'\xff', "\xff"}}) {
    for (std::size_t at = 0; at < 100; ++at) {
      std::string text(100, 'a');
      text[at] = c;
      std::string out;
      append_json_string(out, text);
      ASSERT_EQ(out, '"' + std::string(at, 'a') + std::string(want) + std::string(99 - at, 'a') + '"') << at;
    }
  }
}

TEST(JsonString, EscapesWhatJsonMust) {
  struct Case {
    std::string_view text;
    std::string_view want;
  };
  for (const auto& [text, want] : {
           Case{"", R"("")"},
           Case{"plain text, longer than a word \u00e4\u20ac\U0001F600",
                "\"plain text, longer than a word \u00e4\u20ac\U0001F600\""},
           Case{"a\"b\\c/", R"("a\"b\\c/")"},
           Case{"\b\f\n\r\t", R"("\b\f\n\r\t")"},
           Case{std::string_view("\0\x01\x1f\x7f", 4), "\"\\u0000\\u0001\\u001f\x7f\""},
           Case{"12345678\"", R"("12345678\"")"},
           Case{"1234567\"8", R"("1234567\"8")"},
       }) {
    std::string out;
    append_json_string(out, text);
    EXPECT_EQ(out, want);
  }
}

// Random values as JSON in canonical form: what goes in must come out.
class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : random_(seed) {}

  std::string map(int depth) {
    return container('{', '}', [&](std::size_t i) { return fmt::format("\"{}\":{}", name(i), value(depth)); });
  }

 private:
  std::size_t below(std::size_t n) { return random_.next() % n; }
  // Ascending in i.
  std::string name(std::size_t i) { return fmt::format("n{:02}{}", i, quoted_text(below(4))); }
  std::string quoted_text(std::size_t length) {
    constexpr std::array<std::string_view, 8> kPieces{"a",       "Z",      "\\\"",   "\\\\",
                                                      "\\u0001", "\u00e4", "\u20ac", "\U0001F600"};
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += kPieces[below(kPieces.size())];
    return out;
  }
  std::string base64(std::size_t i) {
    std::string bytes(1, static_cast<char>(i));
    for (std::size_t n = below(40); n > 0; --n) bytes.push_back(static_cast<char>(random_.next()));
    std::string out;
    append_base64(out, bytes);
    return out;
  }
  std::string number(std::size_t i) { return fmt::format("{}.{}", i + 1, below(1000) * 10 + 1 + below(9)); }
  template <class Part>
  std::string container(char open, char close, Part part) {
    std::string out(1, open);
    const std::size_t size = 1 + below(5);
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) out.push_back(',');
      out += part(i);
    }
    out.push_back(close);
    return out;
  }
  std::string value(int depth) {
    switch (below(depth > 0 ? 10 : 8)) {
      case 0:
        return fmt::format(R"({{"S":"{}"}})", quoted_text(below(30)));
      case 1:
        return fmt::format(R"({{"N":"{}"}})", number(below(1000)));
      case 2:
        return fmt::format(R"({{"B":"{}"}})", base64(below(256)));
      case 3:
        return below(2) == 0 ? R"({"BOOL":true})" : R"({"BOOL":false})";
      case 4:
        return R"({"NULL":true})";
      case 5:
        return fmt::format(R"({{"SS":{}}})",
                           container('[', ']', [&](std::size_t i) { return fmt::format("\"{}\"", name(i)); }));
      case 6:
        return fmt::format(R"({{"NS":{}}})",
                           container('[', ']', [&](std::size_t i) { return fmt::format("\"{}\"", number(i)); }));
      case 7:
        return fmt::format(R"({{"BS":{}}})",
                           container('[', ']', [&](std::size_t i) { return fmt::format("\"{}\"", base64(i)); }));
      case 8:
        return fmt::format(R"({{"L":{}}})", container('[', ']', [&](std::size_t) { return value(depth - 1); }));
      default:
        return fmt::format(R"({{"M":{}}})", map(depth - 1));
    }
  }

  SeededRandom random_;
};

TEST(AttributeValue, RandomItemsComeBackAsTheyWere) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string sent = RandomValues(seed).map(4);
    const auto item = read_item(sent);
    ASSERT_TRUE(item) << seed << ": " << sent;
    ASSERT_FALSE(item->problem) << seed << ": " << sent;
    ASSERT_TRUE(model::is_well_formed(item->item.encoded(), model::kMaxNesting)) << seed << ": " << sent;
    ASSERT_EQ(rendered(item->item), sent) << seed;
  }
}

}  // namespace
}  // namespace stator::api
