#include "obs/log.h"

#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::obs {
namespace {

TEST(LogMembers, EscapesWhatJsonNeedsEscaped) {
  struct Row {
    std::string name;
    std::string value;
    std::string want;
  };
  const std::vector<Row> rows{
      {"plain", "a b/c", "a b/c"},
      {"quote and backslash", "a\"b\\c", "a\\\"b\\\\c"},
      {"line end", "a\r\nb\t", "a\\u000d\\u000ab\\u0009"},
      {"NUL and DEL", std::string("a\0b\x7f", 4), "a\\u0000b\\u007f"},
      {"UTF-8", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"not UTF-8", "a\xff\xc3", "a\\ufffd\\ufffd"},
      {"overlong", "\xc0\xaf", "\\ufffd\\ufffd"},
      {"surrogate", "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(log_members(Level::kWarn, "e", {{"f", row.value}}),
              R"("level":"warn","event":"e","f":")" + row.want + "\"")
        << row.name;
  }
}

TEST(Log, WritesOneLineOfJsonFromItsLevelOn) {
  testing::internal::CaptureStderr();
  {
    Log log(Level::kWarn);
    log.write(Level::kInfo, "quiet");
    log.write(Level::kError, "disk {} full\n", {{"folder", "/data"}});
  }
  const std::string out = testing::internal::GetCapturedStderr();
  const std::regex want(
      R"(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"error","event":"disk \{\} full\\u000a","folder":"/data"\}\n)");
  EXPECT_TRUE(std::regex_match(out, want)) << out;
}

TEST(Log, OffIsSilent) {
  testing::internal::CaptureStderr();
  Log(Level::kOff).write(Level::kError, "nothing");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(ParseLevel, KnowsTheNames) {
  EXPECT_EQ(parse_level("debug"), Level::kDebug);
  EXPECT_EQ(parse_level("off"), Level::kOff);
  EXPECT_EQ(parse_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace stator::obs
