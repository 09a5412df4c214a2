#include "kv/batch.h"

#include <array>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace stator::kv {
namespace {

struct Printer {
  std::string text;
  void put(std::string_view key, std::string_view value) { text += fmt::format("put {}={};", key, value); }
  void log(std::string_view key, std::string_view value) { text += fmt::format("log {}={};", key, value); }
  void erase(std::string_view key) { text += fmt::format("erase {};", key); }
  void erase_range(std::string_view begin, std::string_view end) { text += fmt::format("range {}-{};", begin, end); }
  void add(std::string_view key, std::span<const std::int64_t> deltas) {
    text += fmt::format("add {}+{};", key, fmt::join(deltas, ","));
  }
};

std::string print(const Batch& batch) {
  Printer printer;
  batch.for_each(printer);
  return printer.text;
}

TEST(Batch, GivesItsChangesBackInOrder) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.put("k", "v");
  batch.erase("gone");
  batch.add("c", std::array<std::int64_t, 2>{1, -2});
  batch.erase_range("a", "b");
  batch.put("", "");
  batch.add("extreme", std::array{std::numeric_limits<std::int64_t>::min()});
  EXPECT_EQ(print(batch), "put k=v;erase gone;add c+1,-2;range a-b;put =;add extreme+-9223372036854775808;");
  EXPECT_FALSE(batch.empty());
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(print(batch), "");
}

TEST(Batch, KeepsBytesOfEveryValueAndLength) {
  for (const std::size_t size : {1UL, 127UL, 128UL, 16383UL, 16384UL, 400'000UL}) {
    std::string key(size % 1000 + 1, '\0');
    std::string value(size, '\xff');
    value[size / 2] = '\0';
    Batch batch;
    batch.put(key, value);
    batch.erase(key);
    EXPECT_EQ(print(batch), fmt::format("put {}={};erase {};", key, value, key));
  }
}

TEST(Batch, DropsARangeThatHoldsNothing) {
  Batch batch;
  batch.erase_range("b", "b");
  batch.erase_range("b", "a");
  EXPECT_TRUE(batch.empty());
}

TEST(Batch, StampsOnlyWhatAskedForIt) {
  Batch batch;
  batch.put("plain", "12345678");
  batch.put("start", "________tail", 0);
  batch.put("middle", "ab________cd", 2);
  batch.stamp(CommitNumber{0x4142434445464748});
  EXPECT_EQ(print(batch), "put plain=12345678;put start=ABCDEFGHtail;put middle=abABCDEFGHcd;");
  batch.stamp(CommitNumber{0x6162636465666768});
  EXPECT_EQ(print(batch), "put plain=12345678;put start=abcdefghtail;put middle=ababcdefghcd;");
}

TEST(Batch, LogsUnderTheCommitsNumber) {
  Batch batch;
  batch.log("a", "first");
  batch.put("k", "________", 0);
  batch.log("", "second");
  batch.stamp(CommitNumber{0x4142434445464748});
  using std::string_literals::operator""s;
  EXPECT_EQ(print(batch), "log aABCDEFGH\0\0\0\0=first;put k=ABCDEFGH;log ABCDEFGH\0\0\0\1=second;"s);
  std::string keys;
  batch.for_each_log([&](std::string_view key) { keys.append(key).push_back(';'); });
  EXPECT_EQ(keys, "aABCDEFGH\0\0\0\0;ABCDEFGH\0\0\0\1;"s);
}

}  // namespace
}  // namespace stator::kv
