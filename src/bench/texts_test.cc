#include "bench/texts.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::bench {
namespace {

using testing::Not;

TEST(Texts, AreAsLongAsAsked) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{1000}, kLongestText}) {
    for (const std::uint64_t which : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}}) {
      EXPECT_EQ(text_of(which, bytes).size(), bytes);
    }
  }
}

// What one text has in common with another, a compressor would find.
TEST(Texts, NeighboursHaveNothingInCommon) {
  const std::string first(text_of(1, 1000));
  std::set<std::string_view> all;
  for (std::uint64_t which = 2; which < 60; ++which) {
    const std::string_view text = text_of(which, 1000);
    EXPECT_THAT(first, Not(testing::HasSubstr(std::string(text.substr(0, 8))))) << which;
    EXPECT_THAT(std::string(text), Not(testing::HasSubstr(first.substr(0, 8)))) << which;
    all.insert(text);
  }
  EXPECT_EQ(all.size(), 58U);
}

}  // namespace
}  // namespace stator::bench
