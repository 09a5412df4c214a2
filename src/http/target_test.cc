#include "http/target.h"

#include <gtest/gtest.h>

namespace stator::http {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

TEST(Target, PercentDecoding) {
  const struct {
    std::string_view text;
    std::string want;
  } rows[] = {
      {"", ""},     {"plain", "plain"}, {"a%3Ab%2fc", "a:b/c"}, {"%25%", "%%"},
      {"%4", "%4"}, {"%zz%41", "%zzA"}, {"a+b", "a+b"},         {"%C3%A9", "\xC3\xA9"},
  };
  for (const auto& row : rows) EXPECT_EQ(percent_decode(row.text), row.want) << row.text;
}

TEST(Target, PathAndQuery) {
  const struct {
    std::string_view target;
    std::string_view path;
    Parameters query;
  } rows[] = {
      {"/", "/", {}},
      {"/a?", "/a", {}},
      {"/a%2Fb?x=y", "/a%2Fb", {{"x", "y"}}},
      {"/?a=1&b=%3D%26&a=2", "/", {{"a", "1"}, {"b", "=&"}, {"a", "2"}}},
      {"/?a&b=&=c&&d=e=f", "/", {{"a", ""}, {"b", ""}, {"d", "e=f"}}},
      {"/?a+b=c+%2B", "/", {{"a b", "c +"}}},
      {"/?a?b=c", "/", {{"a?b", "c"}}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(path_of(row.target), row.path) << row.target;
    EXPECT_EQ(query_of(row.target), row.query) << row.target;
  }
}

}  // namespace
}  // namespace stator::http
