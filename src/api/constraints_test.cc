#include "api/constraints.h"

#include <gtest/gtest.h>

namespace stator::api {
namespace {

std::string message(const Constraints& constraints) {
  const auto result = constraints.result();
  return result ? "" : result.error().message;
}

TEST(Constraints, OneProblemIsSingular) {
  Constraints constraints;
  constraints.one_of("BAD", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]");
  EXPECT_EQ(message(constraints),
            "1 validation error detected: Value 'BAD' at 'returnConsumedCapacity' failed to satisfy constraint: Member "
            "must satisfy enum value set: [INDEXES, TOTAL, NONE]");
}

TEST(Constraints, ReportsAllInOrder) {
  Constraints constraints;
  constraints.not_null(false, "item");
  constraints.at_least(0, "limit", 1);
  constraints.at_most(1000001, "totalSegments", 1000000);
  EXPECT_EQ(message(constraints),
            "3 validation errors detected: Value null at 'item' failed to satisfy constraint: Member must not be null; "
            "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1; "
            "Value '1000001' at 'totalSegments' failed to satisfy constraint: Member must have value less than or "
            "equal to 1000000");
}

TEST(Constraints, ReportsTenAtMost) {
  Constraints constraints;
  for (int i = 0; i < 12; ++i) constraints.not_null(false, "x");
  EXPECT_TRUE(message(constraints).starts_with("10 validation errors detected: "));
}

TEST(Constraints, AcceptsWhatIsAbsentOrFits) {
  Constraints constraints;
  constraints.not_null(true, "a");
  for (const std::string_view value : {"INDEXES", "TOTAL", "NONE"}) {
    constraints.one_of(std::string(value), "a", "[INDEXES, TOTAL, NONE]");
  }
  constraints.one_of(std::nullopt, "a", "[INDEXES, TOTAL, NONE]");
  constraints.length_between("abc", "a", 3, 3);
  constraints.length_between(std::nullopt, "a", 3, 3);
  constraints.length_between("\u00e4\u00f6\u00fc", "a", 3, 3);
  constraints.at_least(1, "a", 1);
  constraints.at_most(1, "a", 1);
  constraints.name_pattern("aZ09_.-", "a");
  constraints.name_pattern(std::nullopt, "a");
  EXPECT_EQ(message(constraints), "");
}

TEST(Constraints, NamesAndLengths) {
  Constraints constraints;
  constraints.name_pattern("a;b", "tableName");
  constraints.length_between("ab", "indexName", 3, 255);
  constraints.length_between("abcd", "indexName", 1, 3);
  constraints.one_of("TOTAL, NONE", "a", "[INDEXES, TOTAL, NONE]");
  EXPECT_EQ(
      message(constraints),
      "4 validation errors detected: Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy "
      "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'ab' at 'indexName' failed to satisfy constraint: "
      "Member must have length greater than or equal to 3; Value 'abcd' at 'indexName' failed to satisfy "
      "constraint: Member must have length less than or equal to 3; Value 'TOTAL, NONE' at 'a' failed to satisfy "
      "constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]");
}

}  // namespace
}  // namespace stator::api
