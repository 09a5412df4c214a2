// The test vectors of docs/formats/value.md.
#include <gtest/gtest.h>

#include "base/format_vectors.h"
#include "model/value_writer.h"

namespace stator::model {
namespace {

using namespace std::string_literals;

std::string null_value() {
  std::string out;
  append_null(out);
  return out;
}

std::string bool_value(bool v) {
  std::string out;
  append_bool(out, v);
  return out;
}

std::string number_value(std::string_view text) {
  std::string out;
  append_number(out, Number::parse(text).value());
  return out;
}

std::string string_value(std::string_view v) {
  std::string out;
  append_string(out, v);
  return out;
}

std::string binary_value(std::string_view v) {
  std::string out;
  append_binary(out, v);
  return out;
}

std::string set_value(Type type, std::initializer_list<std::string> members) {
  SetWriter set(type);
  for (const auto& m : members) set.add(m);
  std::string out;
  set.finish(out);
  return out;
}

std::string ordered(std::string_view text) {
  std::string out;
  Number::parse(text).value().append_encoded(out);
  return out;
}

std::string list_value(std::initializer_list<std::string> values) {
  ListWriter list;
  for (const auto& v : values) list.add(ValueView(v));
  std::string out;
  list.finish(out);
  return out;
}

std::string map_value(std::initializer_list<std::pair<std::string, std::string>> entries) {
  MapWriter map;
  for (const auto& [name, value] : entries) map.add(name, ValueView(value));
  std::string out;
  map.finish(out);
  return out;
}

TEST(ValueFormat, VectorsOfTheDocumentation) {
  const auto vectors = read_format_vectors(STATOR_FORMATS "/value.md");
  std::map<std::string, std::string> written = {
      {"NULL", null_value()},
      {"BOOL false", bool_value(false)},
      {"BOOL true", bool_value(true)},
      {"S empty", string_value("")},
      {"S a", string_value("a")},
      {"S grüß", string_value("gr\xc3\xbc\xc3\x9f")},
      {"B 00ff", binary_value("\0\xff"s)},
      {"SS a, b", set_value(Type::kStringSet, {"b", "a"})},
      {"NS -1, 0, 10", set_value(Type::kNumberSet, {ordered("10"), ordered("0"), ordered("-1")})},
      {"BS empty, 00", set_value(Type::kBinarySet, {"\0"s, ""})},
      {"L empty", list_value({})},
      {"L NULL, S a", list_value({null_value(), string_value("a")})},
      {"M empty", map_value({})},
      {"M a: N 1, b: L BOOL true", map_value({{"b", list_value({bool_value(true)})}, {"a", number_value("1")}})},
      {"L L L NULL", list_value({list_value({list_value({null_value()})})})},
  };
  for (const auto& [name, bytes] : vectors) {
    if (name.starts_with("N ")) written[name] = number_value(name.substr(2));
  }
  EXPECT_EQ(vectors.size(), 28U);
  for (const auto& [name, bytes] : written) {
    EXPECT_TRUE(is_well_formed(bytes, 3)) << name;
    EXPECT_EQ(vectors.contains(name) ? vectors.at(name) : "not on the page", to_hex(bytes)) << name;
  }
  for (const auto& [name, bytes] : vectors) EXPECT_TRUE(written.contains(name)) << name << " is not tested";
}

}  // namespace
}  // namespace stator::model
