#include "codec/keys.h"

#include <random>

#include <gtest/gtest.h>

#include "base/format_vectors.h"
#include "model/value_writer.h"

namespace stator::codec {
namespace {

using namespace std::string_literals;
using model::Type;
using model::Value;
using model::ValueView;

Value string_value(std::string_view v) {
  std::string out;
  model::append_string(out, v);
  return Value(out);
}

Value binary_value(std::string_view v) {
  std::string out;
  model::append_binary(out, v);
  return Value(out);
}

std::string key_of(ValueView v) {
  std::string out;
  append_key_value(out, v);
  return out;
}

TEST(Keys, HashIsOfTheEncodedPartitionKey) {
  const Value a = string_value("a");
  EXPECT_EQ(partition_prefix({9}, {3}, std::array{a.view()}),
            item_prefix({9}, {3}, partition_hash(key_of(a.view()))) + key_of(a.view()));
}

TEST(Keys, AfterPrefix) {
  EXPECT_EQ(after_prefix("ab"), "ac");
  EXPECT_EQ(after_prefix("a\xff\xff"s), "b");
  EXPECT_EQ(after_prefix("\xff"s), "");
  EXPECT_EQ(after_prefix(""), "");
  EXPECT_EQ(after_prefix("a\0"s), "a\x01");
  EXPECT_EQ(after_prefix("\x7f"), "\x80");
}

TEST(Keys, MalformedKeysAreRefused) {
  const struct {
    const char* name;
    std::string bytes;
    Type type;
  } rows[] = {
      {"nothing", "", Type::kString},
      {"no end", "abc", Type::kString},
      {"half an end", "abc\0"s, Type::kString},
      {"a bad escape", "a\0\x02"s, Type::kBinary},
      {"no number", "", Type::kNumber},
      {"a number cut short", "\xC0\x82\x0b"s, Type::kNumber},
      {"a type that is no key", "a\0\x01"s, Type::kBool},
  };
  for (const auto& row : rows) {
    std::string_view in = row.bytes;
    std::string out;
    EXPECT_FALSE(take_key_value(in, row.type, out)) << row.name;
  }
}

class KeyProperty : public ::testing::Test {
 protected:
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }

  // Short, of few different bytes, so that prefixes and equal ones are common.
  std::string bytes() {
    constexpr std::string_view kBytes("\0\x01\x02xy\xfe\xff", 7);
    std::string out;
    for (std::uint64_t n = draw(5); n > 0; --n) out.push_back(kBytes[draw(kBytes.size())]);
    return out;
  }

  Value number() {
    std::string text = draw(2) == 0 ? "-" : "";
    for (std::uint64_t n = 1 + draw(draw(4) == 0 ? 38 : 3); n > 0; --n)
      text.push_back(static_cast<char>('0' + draw(10)));
    const int exponent = draw(4) == 0 ? static_cast<int>(draw(210)) - 130 : static_cast<int>(draw(5)) - 2;
    const auto parsed = model::Number::parse(text + "e" + std::to_string(exponent));
    std::string out;
    model::append_number(out, parsed.value_or(model::Number()));
    return Value(out);
  }

  Value value(Type type) {
    if (type == Type::kNumber) return number();
    return type == Type::kString ? string_value(bytes()) : binary_value(bytes());
  }

  std::mt19937_64 random_{20240607};
};

constexpr Type kKeyTypes[] = {Type::kString, Type::kBinary, Type::kNumber};

TEST_F(KeyProperty, ByteOrderIsValueOrder) {
  for (const Type type : kKeyTypes) {
    for (int i = 0; i < 30'000; ++i) {
      const Value a = value(type);
      const Value b = value(type);
      const auto want = type == Type::kNumber ? a.view().number() <=> b.view().number()
                                              : a.view().bytes().compare(b.view().bytes()) <=> 0;
      ASSERT_EQ(key_of(a.view()).compare(key_of(b.view())) <=> 0, want)
          << to_hex(a.view().encoded()) << " " << to_hex(b.view().encoded());
      ASSERT_EQ(model::compare_scalars(a.view(), b.view()), want);
      if (want != 0) {
        ASSERT_FALSE(key_of(a.view()).starts_with(key_of(b.view())));
      }
    }
  }
}

TEST_F(KeyProperty, EveryKeyComesBack) {
  for (const Type type : kKeyTypes) {
    for (int i = 0; i < 10'000; ++i) {
      const Value v = value(type);
      const std::string key = key_of(v.view()) + "rest";
      std::string_view in = key;
      std::string back;
      ASSERT_TRUE(take_key_value(in, type, back));
      ASSERT_EQ(back, v.view().encoded());
      ASSERT_EQ(in, "rest");
    }
  }
}

TEST_F(KeyProperty, PrefixesBoundExactlyWhatBeginsWithThem) {
  for (int i = 0; i < 30'000; ++i) {
    const Value prefix = string_value(bytes());
    const Value v = string_value(bytes());
    std::string begin;
    append_key_prefix(begin, prefix.view());
    const std::string end = after_prefix(begin);
    const std::string key = key_of(v.view());
    const bool inside = key >= begin && (end.empty() || key < end);
    ASSERT_EQ(inside, v.view().bytes().starts_with(prefix.view().bytes()))
        << to_hex(prefix.view().bytes()) << " " << to_hex(v.view().bytes());
  }
}

}  // namespace
}  // namespace stator::codec
