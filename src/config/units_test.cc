#include "config/units.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::config {
namespace {

TEST(ParseSize, Units) {
  struct Row {
    std::string text;
    std::optional<std::size_t> want;
  };
  const std::vector<Row> rows{
      {"0", 0},
      {"4096", 4096},
      {"4096B", 4096},
      {"16KiB", 16384},
      {"16 KiB", 16384},
      {"16kib", 16384},
      {"64MiB", 64U << 20},
      {"2GiB", 2ULL << 30},
      {"1KB", 1000},
      {"1MB", 1'000'000},
      {"", {}},
      {"KiB", {}},
      {"-1", {}},
      {"1.5MiB", {}},
      {"16  KiB", {}},
      {"16K", {}},
      {"1TiB", {}},
      {"16KiB ", {}},
      {"9223372036854775807", 9223372036854775807ULL},
      {"9223372036854775808", {}},
      {"9007199254740992KiB", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(parse_size(row.text), row.want) << row.text;
}

TEST(ParseDuration, Units) {
  struct Row {
    std::string text;
    std::optional<std::int64_t> millis;
  };
  const std::vector<Row> rows{{"0", 0},        {"30", 30'000},    {"500ms", 500},     {"30s", 30'000},
                              {"5m", 300'000}, {"1h", 3'600'000}, {"1 h", 3'600'000}, {"", {}},
                              {"s", {}},       {"1d", {}},        {"-1s", {}},        {"0.5s", {}}};
  for (const Row& row : rows) {
    const auto got = parse_duration(row.text);
    ASSERT_EQ(got.has_value(), row.millis.has_value()) << row.text;
    if (got.has_value()) {
      EXPECT_EQ(got->count(), *row.millis) << row.text;
    }
  }
}

TEST(Format, ReadsBack) {
  for (const std::size_t bytes : {0UL, 1UL, 1000UL, 1024UL, 1536UL, 64UL << 20, 3UL << 30, 1'000'000'007UL}) {
    EXPECT_EQ(parse_size(format_size(bytes)), bytes) << format_size(bytes);
  }
  EXPECT_EQ(format_size(64 << 20), "64MiB");
  EXPECT_EQ(format_size(1'000'000), "1MB");
  for (const std::int64_t millis : {0, 1, 250, 1000, 1500, 60'000, 90'000, 3'600'000}) {
    EXPECT_EQ(parse_duration(format_duration(std::chrono::milliseconds{millis})), std::chrono::milliseconds{millis});
  }
  EXPECT_EQ(format_duration(std::chrono::minutes{5}), "5m");
}

}  // namespace
}  // namespace stator::config
