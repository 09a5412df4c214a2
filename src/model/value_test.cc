#include "model/value.h"

#include <gtest/gtest.h>

#include "model/item.h"
#include "model/limits.h"
#include "model/nesting.h"
#include "model/table.h"
#include "model/value_writer.h"

namespace stator::model {
namespace {

using namespace std::string_literals;

std::string string_value(std::string_view v) {
  std::string out;
  append_string(out, v);
  return out;
}

std::string number_value(std::string_view text) {
  std::string out;
  append_number(out, Number::parse(text).value());
  return out;
}

std::string encoded_number(std::string_view text) {
  std::string out;
  Number::parse(text).value().append_encoded(out);
  return out;
}

std::string set_value(Type type, std::initializer_list<std::string> members) {
  SetWriter writer(type);
  for (const auto& m : members) writer.add(m);
  std::string out;
  EXPECT_TRUE(writer.finish(out));
  return out;
}

std::string nested_lists(int depth) {
  std::string value = string_value("x");
  for (int i = 0; i < depth; ++i) {
    ListWriter list;
    list.add(ValueView(value));
    std::string outer;
    list.finish(outer);
    value = outer;
  }
  return value;
}

TEST(Type, NamesAreTheWires) {
  for (const std::string_view name : {"S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"}) {
    const auto type = type_from_name(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type_name(*type), name);
  }
  for (const std::string_view name : {"", "s", "NUL", "DOG"}) EXPECT_FALSE(type_from_name(name)) << name;
}

TEST(Value, ScalarsComeBack) {
  std::string out;
  append_null(out);
  append_bool(out, true);
  append_bool(out, false);
  append_number(out, Number::from_int(-42));
  append_string(out, "gr\xc3\xbc\xc3\x9f");
  append_binary(out, "\0\xff"s);
  std::string_view in = out;
  std::vector<ValueView> values;
  for (ValueView v; take_value(in, v);) values.push_back(v);
  EXPECT_TRUE(in.empty());
  ASSERT_EQ(values.size(), 6U);
  EXPECT_TRUE(values[0].is(Type::kNull));
  EXPECT_TRUE(values[1].boolean());
  EXPECT_FALSE(values[2].boolean());
  EXPECT_EQ(values[3].number().text(), "-42");
  EXPECT_EQ(values[4].bytes(), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(values[5].bytes(), "\0\xff"s);
}

TEST(Value, ScalarsCompareInTheirTypesOrder) {
  const auto less = [](const std::string& a, const std::string& b) {
    return compare_scalars(ValueView(a), ValueView(b)) == std::strong_ordering::less &&
           compare_scalars(ValueView(b), ValueView(a)) == std::strong_ordering::greater;
  };
  EXPECT_TRUE(less(number_value("9"), number_value("10")));
  EXPECT_TRUE(less(number_value("-10"), number_value("-9")));
  EXPECT_TRUE(less(string_value("10"), string_value("9")));
  EXPECT_TRUE(less(string_value(""), string_value("a")));
  EXPECT_TRUE(less(string_value("z"), string_value("\xc3\xa4")));
  EXPECT_TRUE(less(string_value(std::string(200, 'a')), string_value("b")));
  EXPECT_EQ(compare_scalars(ValueView(string_value("a")), ValueView(string_value("a"))), std::strong_ordering::equal);
}

TEST(MapWriter, SortsByBytesAndKeepsTheLastOfTwo) {
  MapWriter writer;
  append_bool(writer.next("b"), true);
  append_string(writer.next("a"), "first");
  append_null(writer.next("\xc3\xa4"));
  append_string(writer.next("a"), "last");
  append_null(writer.next(""));
  append_null(writer.next("aa"));
  std::string out;
  EXPECT_FALSE(writer.finish(out));
  const ValueView map(out);
  std::string names;
  for (const auto& entry : map.map()) names += std::string(entry.name) + ",";
  EXPECT_EQ(names, ",a,aa,b,\xc3\xa4,");
  EXPECT_EQ(map.map().size(), 5U);
  EXPECT_EQ(map.map().find("a")->bytes(), "last");
  EXPECT_TRUE(map.map().find("b")->boolean());
  EXPECT_FALSE(map.map().find("ab"));
  EXPECT_FALSE(map.map().find("\xff"));
  EXPECT_TRUE(is_well_formed(out, 1));
}

TEST(MapWriter, OrderOfAddingDoesNotShow) {
  MapWriter one;
  MapWriter two;
  for (int i = 0; i < 50; ++i) one.add(std::to_string(i), ValueView(number_value(std::to_string(i))));
  for (int i = 49; i >= 0; --i) two.add(std::to_string(i), ValueView(number_value(std::to_string(i))));
  std::string a;
  std::string b;
  EXPECT_TRUE(one.finish(a));
  EXPECT_TRUE(two.finish(b));
  EXPECT_EQ(a, b);
  EXPECT_EQ(Value(a), Value(ValueView(b)));
}

TEST(MapWriter, NestsInPlace) {
  MapWriter outer;
  MapWriter inner;
  append_null(inner.next("y"));
  append_null(inner.next("x"));
  inner.finish(outer.next("inner"));
  ListWriter list;
  append_bool(list.next(), true);
  list.finish(outer.next("alist"));
  std::string out;
  EXPECT_TRUE(outer.finish(out));
  EXPECT_TRUE(is_well_formed(out, 2));
  EXPECT_FALSE(is_well_formed(out, 1));
  EXPECT_TRUE(ValueView(out).map().find("inner")->map().contains("x"));
  EXPECT_TRUE(ValueView(out).map().find("alist")->list().at(0)->boolean());
}

TEST(SetWriter, SortsAndReportsRepetition) {
  SetWriter writer(Type::kStringSet);
  for (const std::string_view m : {"b", "a", "", "b"}) writer.add(m);
  std::string out;
  EXPECT_FALSE(writer.finish(out));
  const SetView set = ValueView(out).set();
  std::string members;
  for (const std::string_view m : set) members += std::string(m) + ",";
  EXPECT_EQ(members, ",a,b,");
  EXPECT_EQ(set.size(), 3U);
  EXPECT_TRUE(set.contains(""));
  EXPECT_TRUE(set.contains("b"));
  EXPECT_FALSE(set.contains("aa"));
  EXPECT_EQ(out, set_value(Type::kStringSet, {"a", "b", ""}));
}

TEST(SetWriter, NumbersAscendAsNumbers) {
  const std::string set = set_value(
      Type::kNumberSet, {encoded_number("10"), encoded_number("9"), encoded_number("-1"), encoded_number("0")});
  std::string text;
  for (const std::string_view m : ValueView(set).set()) text += Number::from_encoded(m).text() + " ";
  EXPECT_EQ(text, "-1 0 9 10 ");
  EXPECT_TRUE(is_well_formed(set, 0));
}

TEST(ListView, ElementsByIndex) {
  ListWriter list;
  for (int i = 0; i < 200; ++i) append_number(list.next(), Number::from_int(i));
  std::string out;
  list.finish(out);
  EXPECT_EQ(ValueView(out).list().size(), 200U);
  EXPECT_EQ(ValueView(out).list().at(199)->number().text(), "199");
  EXPECT_FALSE(ValueView(out).list().at(200));
}

TEST(WellFormed, RefusesWhatIsNotCanonical) {
  const struct {
    const char* name;
    std::string bytes;
  } rows[] = {
      {"nothing", ""s},
      {"tag 0", "\x00"s},
      {"tag 11", "\x0b"s},
      {"two values", "\x01\x01"s},
      {"a bool without its byte", "\x02"s},
      {"a bool of 2", "\x02\x02"s},
      {"an empty number", "\x03\x00"s},
      {"a number with a tail", "\x03\x02\x80\x80"s},
      {"a string cut short", "\x04\x02z"s},
      {"a string with a tail", "\x04\x01zz"s},
      {"a long varint", "\x04\x81\x00z"s},
      {"an endless varint", "\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s},
      {"a set out of order", "\x07\x05\x02\x01z\x01y"s},
      {"a set with a repetition", "\x07\x05\x02\x01y\x01y"s},
      {"a set of fewer members", "\x07\x03\x02\x01y"s},
      {"a set of more members", "\x07\x05\x01\x01y\x01z"s},
      {"a number set of text", "\x06\x03\x01\x01y"s},
      {"a map out of order", "\x0a\x07\x02\x01z\x01\x01y\x01"s},
      {"a map with a repetition", "\x0a\x07\x02\x01z\x01\x01z\x01"s},
      {"a list without a count", "\x09\x00"s},
      {"a list that ends early", "\x09\x05\x02\x01"s},
      {"a bad value inside", "\x09\x03\x01\x02\x05"s},
  };
  for (const auto& row : rows) EXPECT_FALSE(is_well_formed(row.bytes, 32)) << row.name;
}

TEST(WellFormed, DepthIsBounded) {
  EXPECT_TRUE(is_well_formed(nested_lists(0), 0));
  EXPECT_TRUE(is_well_formed(nested_lists(kMaxNesting), kMaxNesting));
  EXPECT_FALSE(is_well_formed(nested_lists(kMaxNesting + 1), kMaxNesting));
}

// Reads everything there is to read.
std::size_t walk(ValueView value) {
  std::size_t n = value.bytes().size() + (value.boolean() ? 1 : 0);
  switch (value.type()) {
    case Type::kList:
      for (const ValueView v : value.list()) n += walk(v);
      return n + (value.list().at(3) ? 1 : 0);
    case Type::kMap:
      for (const auto& entry : value.map()) n += entry.name.size() + walk(entry.value);
      return n + (value.map().find("name") ? 1 : 0);
    case Type::kNumberSet:
    case Type::kStringSet:
    case Type::kBinarySet:
      for (const auto m : value.set()) n += m.size();
      return n + (value.set().contains("b") ? 1 : 0);
    case Type::kNumber:
      return n + value.number().text().size();
    default:
      return n;
  }
}

TEST(Nesting, DepthOfLevels) {
  MapWriter map;
  map.add("deep", ValueView(nested_lists(4)));
  map.add("flat", ValueView(set_value(Type::kStringSet, {"a"})));
  std::string out;
  map.finish(out);
  EXPECT_EQ(nesting_depth(ValueView(out)), 5);
  EXPECT_EQ(nesting_depth(ValueView(nested_lists(0))), 0);
  EXPECT_EQ(nesting_depth(Item().value()), 1);
}

TEST(Writers, ClearedWritersStartAgain) {
  MapWriter map;
  append_null(map.next("a"));
  map.clear();
  append_bool(map.next("b"), true);
  std::string out;
  EXPECT_TRUE(map.finish(out));
  EXPECT_EQ(ValueView(out).map().size(), 1U);
  EXPECT_TRUE(ValueView(out).map().contains("b"));
  SetWriter set(Type::kStringSet);
  set.add("a");
  set.clear(Type::kBinarySet);
  set.add("b");
  std::string set_bytes;
  EXPECT_TRUE(set.finish(set_bytes));
  EXPECT_EQ(set_bytes, set_value(Type::kBinarySet, {"b"}));
}

TEST(Views, MalformedBytesReadAsShorter) {
  MapWriter map;
  map.add("list", ValueView(nested_lists(3)));
  map.add("name", ValueView(number_value("123.456")));
  map.add("set", ValueView(set_value(Type::kStringSet, {"a", "b"})));
  map.add("zero", ValueView(string_value(std::string(150, 'z'))));
  std::string good;
  map.finish(good);
  const std::size_t whole = walk(ValueView(good));
  for (std::size_t cut = 1; cut < good.size(); ++cut) {
    const std::string bytes = good.substr(0, cut);  // a string of its own, so that a sanitizer sees an overrun
    EXPECT_LE(walk(ValueView(bytes)), whole);
    EXPECT_FALSE(is_well_formed(bytes, 32));
  }
  for (std::size_t at = 1; at < good.size(); ++at) {
    for (const char byte : {'\x00', '\x01', '\x7f', '\x80', '\xff'}) {
      std::string bytes = good;
      bytes[at] = byte;
      if (!is_well_formed(bytes, 32)) {
        EXPECT_LE(ValueView(bytes).map().size(), bytes.size());
      }
      EXPECT_LE(attribute_size(ValueView(bytes)), 10 * good.size());
      walk(ValueView(bytes));
    }
  }
}

TEST(Size, AttributesAsDynamoDbCountsThem) {
  ListWriter list;
  list.add(ValueView(string_value("abc")));
  list.add(ValueView(number_value("12")));
  std::string list_bytes;
  list.finish(list_bytes);
  MapWriter map;
  map.add("k", ValueView(list_bytes));
  map.add("\xc3\xa4", ValueView("\x01"));
  std::string map_bytes;
  map.finish(map_bytes);
  const struct {
    const char* name;
    std::string bytes;
    std::size_t want;
  } rows[] = {
      {"NULL", "\x01"s, 1},
      {"BOOL", "\x02\x00"s, 1},
      {"empty S", string_value(""), 0},
      {"S counts UTF-8 bytes", string_value("\xc3\xa4"), 2},
      {"N", number_value("100.5"), 4},
      {"zero", number_value("-0"), 1},
      {"SS", set_value(Type::kStringSet, {"ab", "c"}), 3},
      {"NS", set_value(Type::kNumberSet, {encoded_number("-42"), encoded_number("1")}), 5},
      {"L", list_bytes, 3 + 1 + 3 + 1 + 2},
      {"M", map_bytes, 3 + 1 + 1 + 10 + 1 + 2 + 1},
  };
  for (const auto& row : rows) EXPECT_EQ(attribute_size(ValueView(row.bytes)), row.want) << row.name;
  EXPECT_EQ(item_size(ValueView(map_bytes).map()), 1 + 10 + 2 + 1U);
}

TEST(Item, EmptyHasNoAttributes) {
  const Item item;
  EXPECT_TRUE(item.view().empty());
  EXPECT_TRUE(is_well_formed(item.encoded(), 1));
  EXPECT_EQ(item_size(item.view()), 0U);
  EXPECT_EQ(MapView().begin(), MapView().end());
}

TEST(Table, Arn) {
  EXPECT_EQ(table_arn("us-east-1", "000000000000", "Name"), "arn:aws:dynamodb:us-east-1:000000000000:table/Name");
}

}  // namespace
}  // namespace stator::model
