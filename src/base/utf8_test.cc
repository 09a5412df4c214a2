#include "base/utf8.h"

#include <string_view>

#include <gtest/gtest.h>

namespace stator {
namespace {

TEST(Utf8, WellFormed) {
  const struct {
    std::string_view name;
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"nothing", "", ""},
      {"of every length", "a\u00e9\u20ac\U0001f600z", "a\u00e9\u20ac\U0001f600z"},
      {"the last code point", "\xf4\x8f\xbf\xbf", "\U0010ffff"},
      {"past it", "\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"a continuation alone", "a\x80z", "a\ufffdz"},
      {"cut off", "a\xe2\x82", "a\ufffd\ufffd"},
      {"cut off before another", "\xe2\x82z", "\ufffd\ufffdz"},
      {"overlong", "\xc0\x80\xe0\x9f\xbf", "\ufffd\ufffd\ufffd\ufffd\ufffd"},
      {"a surrogate", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"no byte of any", "\xff", "\ufffd"},
  };
  for (const auto& row : rows) EXPECT_EQ(well_formed_utf8(row.text), row.want) << row.name;
}

}  // namespace
}  // namespace stator
