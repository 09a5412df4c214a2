#include "expr/legacy.h"

#include <gtest/gtest.h>

#include "expr/value_literal.h"

namespace stator::expr {
namespace {

using enum ComparisonOperator;
using testing::item_literal;
using testing::value_literal;

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";

LegacyCondition on(ComparisonOperator op, const std::vector<std::string>& literals) {
  LegacyCondition condition{"a", op, std::vector<model::Value>(), std::nullopt, std::nullopt};
  for (const std::string& literal : literals) condition.attribute_value_list->push_back(value_literal(literal));
  return condition;
}

LegacyCondition expected(std::optional<ComparisonOperator> op, std::optional<std::string> value,
                         std::optional<bool> exists, std::optional<std::vector<std::string>> list = std::nullopt) {
  LegacyCondition condition{"a", op, std::nullopt, std::nullopt, exists};
  if (value) condition.value = value_literal(*value);
  if (!list) return condition;
  condition.attribute_value_list.emplace();
  for (const std::string& literal : *list) condition.attribute_value_list->push_back(value_literal(literal));
  return condition;
}

struct ErrorCase {
  std::string name;
  LegacyCondition condition;
  std::string want;
};

class ExpectedErrors : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(ExpectedErrors, AreDynamoDBs) {
  const auto compiled = compile_expected({GetParam().condition}, ConditionalOperator::kAnd);
  ASSERT_FALSE(compiled) << compiled->dump();
  EXPECT_EQ(compiled.error().code, ErrorCode::kValidation);
  EXPECT_EQ(compiled.error().message, std::string(kInvalid) + GetParam().want);
}

using Literals = std::vector<std::string>;

INSTANTIATE_TEST_SUITE_P(
    Cases, ExpectedErrors,
    ::testing::Values(
        ErrorCase{"ValueAndList", expected(kEq, "1", std::nullopt, Literals{"1"}),
                  "Value and AttributeValueList cannot be used together for Attribute: a"},
        ErrorCase{"ExistsAndOperator", expected(kEq, "1", true),
                  "Exists and ComparisonOperator cannot be used together for Attribute: a"},
        ErrorCase{"OperatorWithoutValue", expected(kLt, std::nullopt, std::nullopt),
                  "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a"},
        ErrorCase{"ListWithoutOperator", expected(std::nullopt, std::nullopt, std::nullopt, Literals{"1"}),
                  "AttributeValueList can only be used with a ComparisonOperator for Attribute: a"},
        ErrorCase{"NothingAtAll", expected(std::nullopt, std::nullopt, std::nullopt),
                  "Value must be provided when Exists is null for Attribute: a"},
        ErrorCase{"ExistsWithoutValue", expected(std::nullopt, std::nullopt, true),
                  "Value must be provided when Exists is true for Attribute: a"},
        ErrorCase{"AbsentWithValue", expected(std::nullopt, "1", false),
                  "Value cannot be used when Exists is false for Attribute: a"},
        ErrorCase{"NullWithValue", expected(kNull, "1", std::nullopt),
                  "Invalid number of argument(s) for the NULL ComparisonOperator"},
        ErrorCase{"BetweenWithOne", expected(kBetween, "1", std::nullopt),
                  "Invalid number of argument(s) for the BETWEEN ComparisonOperator"},
        ErrorCase{"EmptyList", expected(kIn, std::nullopt, std::nullopt, Literals{}),
                  "Invalid number of argument(s) for the IN ComparisonOperator"}),
    [](const auto& test) { return test.param.name; });

class FilterErrors : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(FilterErrors, AreDynamoDBs) {
  const auto compiled = compile_filter({GetParam().condition}, ConditionalOperator::kAnd);
  ASSERT_FALSE(compiled) << compiled->dump();
  EXPECT_EQ(compiled.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, FilterErrors,
    ::testing::Values(
        ErrorCase{"TooMany", on(kContains, {"1", "2"}),
                  std::string(kInvalid) + "Invalid number of argument(s) for the CONTAINS ComparisonOperator"},
        ErrorCase{"NotNullTakesNone", on(kNotNull, {"1"}),
                  std::string(kInvalid) + "Invalid number of argument(s) for the NOT_NULL ComparisonOperator"},
        ErrorCase{"MixedTypes", on(kIn, {"1", "\"1\""}),
                  std::string(kInvalid) + "AttributeValues inside AttributeValueList must be of same type"},
        ErrorCase{"SetHasNoOrder", on(kLt, {"<\"a\">"}),
                  std::string(kInvalid) + "ComparisonOperator LT is not valid for SS AttributeValue type"},
        ErrorCase{"NoPrefixOfNumbers", on(kBeginsWith, {"1"}),
                  std::string(kInvalid) + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"},
        ErrorCase{"NoListInContains", on(kNotContains, {"[]"}),
                  std::string(kInvalid) + "ComparisonOperator NOT_CONTAINS is not valid for L AttributeValue type"},
        ErrorCase{"BoundsReversed", on(kBetween, {"2", "1"}),
                  "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"}),
    [](const auto& test) { return test.param.name; });

struct MeaningCase {
  std::string name;
  LegacyCondition condition;
  std::vector<std::string> holds;
  std::vector<std::string> fails;
};

class Meaning : public ::testing::TestWithParam<MeaningCase> {};

TEST_P(Meaning, IsThatOfTheExpression) {
  const auto compiled = compile_expected({GetParam().condition}, ConditionalOperator::kAnd);
  ASSERT_TRUE(compiled) << compiled.error().message;
  for (const std::string& item : GetParam().holds) EXPECT_TRUE(compiled->matches(item_literal(item).view())) << item;
  for (const std::string& item : GetParam().fails) EXPECT_FALSE(compiled->matches(item_literal(item).view())) << item;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Meaning,
    ::testing::Values(
        MeaningCase{"Value", expected(std::nullopt, "1", std::nullopt), {"{a: 1.0}"}, {"{a: 2}", "{}"}},
        MeaningCase{"Absent", expected(std::nullopt, std::nullopt, false), {"{}", "{b: 1}"}, {"{a: null}"}},
        MeaningCase{"Eq", on(kEq, {"[1]"}), {"{a: [1]}"}, {"{a: [2]}", "{}"}},
        MeaningCase{"Ne", on(kNe, {"1"}), {"{a: 2}", "{}"}, {"{a: 1}"}},
        MeaningCase{"In", on(kIn, {"1", "2"}), {"{a: 1}", "{a: 2}"}, {"{a: 3}", "{}"}},
        MeaningCase{"Le", on(kLe, {"1"}), {"{a: 1}"}, {"{a: 2}", "{a: \"0\"}", "{}"}},
        MeaningCase{"Lt", on(kLt, {"1"}), {"{a: 0}"}, {"{a: 1}"}},
        MeaningCase{"Ge", on(kGe, {"1"}), {"{a: 1}"}, {"{a: 0}"}},
        MeaningCase{"Gt", on(kGt, {"1"}), {"{a: 2}"}, {"{a: 1}"}},
        MeaningCase{"Between", on(kBetween, {"1", "3"}), {"{a: 1}", "{a: 3}"}, {"{a: 4}", "{}"}},
        MeaningCase{"NotNull", on(kNotNull, {}), {"{a: null}"}, {"{}"}},
        MeaningCase{"Null", on(kNull, {}), {"{}"}, {"{a: null}"}},
        MeaningCase{"Contains", on(kContains, {"\"b\""}), {"{a: \"abc\"}", "{a: <\"b\">}"}, {"{a: \"x\"}", "{}"}},
        MeaningCase{"NotContains",
                    on(kNotContains, {"1"}),
                    {"{a: <2>}", "{a: \"1\"}", "{a: null}"},
                    {"{a: <1>}", "{a: [1]}", "{}"}},
        MeaningCase{"BeginsWith", on(kBeginsWith, {"\"b\""}), {"{a: \"bc\"}"}, {"{a: \"ab\"}", "{}"}}),
    [](const auto& test) { return test.param.name; });

TEST(ConditionalOperator, JoinsTheConditions) {
  const std::vector<LegacyCondition> both = {on(kGt, {"1"}), on(kLt, {"5"})};
  const auto all = compile_filter(both, ConditionalOperator::kAnd);
  EXPECT_TRUE(all->matches(item_literal("{a: 3}").view()));
  EXPECT_FALSE(all->matches(item_literal("{a: 7}").view()));
  const auto any = compile_filter(both, ConditionalOperator::kOr);
  EXPECT_TRUE(any->matches(item_literal("{a: 7}").view()));
  EXPECT_FALSE(any->matches(item_literal("{a: \"x\"}").view()));
  EXPECT_TRUE(any->mentions("a"));
  EXPECT_FALSE(any->mentions("b"));
  for (const auto op : {ConditionalOperator::kAnd, ConditionalOperator::kOr}) {
    EXPECT_TRUE(compile_expected({}, op)->matches(item_literal("{}").view()));
  }
}

struct UpdateCase {
  std::string name;
  AttributeAction action;
  std::string value;  // empty: none
  std::string before;
  std::string want;
};

class Updates : public ::testing::TestWithParam<UpdateCase> {};

TEST_P(Updates, DoAsDocumented) {
  AttributeUpdate update{"a", std::nullopt, GetParam().action};
  if (!GetParam().value.empty()) update.value = value_literal(GetParam().value);
  const auto compiled = compile_attribute_updates({update});
  if (!compiled) {
    EXPECT_EQ(compiled.error().message, GetParam().want);
    return;
  }
  const auto after = compiled->apply(item_literal(GetParam().before).view());
  EXPECT_EQ(after ? testing::to_literal(after->value()) : after.error().message, GetParam().want);
  EXPECT_EQ(compiled->creates_item(), GetParam().action != AttributeAction::kDelete);
}

using enum AttributeAction;

INSTANTIATE_TEST_SUITE_P(
    Cases, Updates,
    ::testing::Values(
        UpdateCase{"Put", kPut, "[1]", "{a: 1, b: 2}", "{a: [1], b: 2}"},
        UpdateCase{"PutNothing", kPut, "", "{}",
                   std::string(kInvalid) + "Only DELETE action is allowed when no attribute value is specified"},
        UpdateCase{"AddNothing", kAdd, "", "{}",
                   std::string(kInvalid) + "Only DELETE action is allowed when no attribute value is specified"},
        UpdateCase{"Delete", kDelete, "", "{a: 1, b: 2}", "{b: 2}"},
        UpdateCase{"DeleteWhatIsNotThere", kDelete, "", "{b: 2}", "{b: 2}"},
        UpdateCase{"DeleteMembers", kDelete, "<1>", "{a: <1, 2>}", "{a: <2>}"},
        UpdateCase{"DeleteAllMembers", kDelete, "<1, 2>", "{a: <1, 2>}", "{}"},
        UpdateCase{"DeleteAString", kDelete, "\"x\"", "{}",
                   std::string(kInvalid) + "DELETE action with value is not supported for the type S"},
        UpdateCase{"DeleteOtherType", kDelete, "<\"x\">", "{a: <1>}", "Type mismatch for attribute to update"},
        UpdateCase{"AddNumber", kAdd, "2", "{a: 1}", "{a: 3}"}, UpdateCase{"AddToNothing", kAdd, "2", "{}", "{a: 2}"},
        UpdateCase{"AddToAString", kAdd, "2", "{a: \"1\"}", "Type mismatch for attribute to update"},
        UpdateCase{"AddMembers", kAdd, "<\"b\">", "{a: <\"a\">}", "{a: <\"a\", \"b\">}"},
        UpdateCase{"AddElements", kAdd, "[2]", "{a: [1]}", "{a: [1, 2]}"},
        UpdateCase{"AddElementsToNothing", kAdd, "[2]", "{}", "{a: [2]}"},
        UpdateCase{"AddAMap", kAdd, "{}", "{}", std::string(kInvalid) + "ADD action is not supported for the type M"},
        UpdateCase{"AddTooMuch", kAdd, "9e125", "{a: 9e125}",
                   "Number overflow. Attempting to store a number with magnitude larger than supported range"}),
    [](const auto& test) { return test.param.name; });

TEST(AttributeUpdates, NoneAtAllStillCreateTheItem) {
  const auto none = compile_attribute_updates({});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->creates_item());
  EXPECT_TRUE(none->paths().empty());
  EXPECT_EQ(testing::to_literal(none->apply(item_literal("{p: 1}").view())->value()), "{p: 1}");
}

TEST(LegacyParameters, TakeNoNameThatNoAttributeHas) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "Empty attribute name"},
      {std::string(65'536, 'x'), "Attribute name is too large, must be less than 65536 bytes"},
  };
  for (const auto& [name, want] : cases) {
    const LegacyCondition condition{.attribute = name,
                                    .comparison = ComparisonOperator::kNull,
                                    .attribute_value_list = {},
                                    .value = {},
                                    .exists = {}};
    EXPECT_EQ(compile_expected({condition}, ConditionalOperator::kAnd).error().message, want);
    EXPECT_EQ(compile_filter({condition}, ConditionalOperator::kOr).error().message, want);
    EXPECT_EQ(compile_key_conditions({condition}).error().message, want);
    EXPECT_EQ(compile_attribute_updates({{name, std::nullopt, kDelete}}).error().message, want);
    EXPECT_EQ(compile_attributes_to_get({"a", name}).error().message, want);
  }
}

TEST(LegacyConditions, LookAtEachTypeBeforeTheyCompareThem) {
  const auto filter = [](ComparisonOperator op, const std::vector<std::string>& values) -> std::string {
    LegacyCondition condition{
        .attribute = "a", .comparison = op, .attribute_value_list = {{}}, .value = {}, .exists = {}};
    for (const std::string& value : values) condition.attribute_value_list->push_back(value_literal(value));
    const auto compiled = compile_filter({condition}, ConditionalOperator::kAnd);
    return compiled ? "" : compiled.error().message;
  };
  using enum ComparisonOperator;
  const std::string invalid(kInvalid);
  EXPECT_EQ(filter(kBetween, {"1", "true"}),
            invalid + "ComparisonOperator BETWEEN is not valid for BOOL AttributeValue type");
  EXPECT_EQ(filter(kIn, {"1", "\"1\""}), invalid + "AttributeValues inside AttributeValueList must be of same type");
  EXPECT_EQ(filter(kContains, {"true"}), "");
  EXPECT_EQ(filter(kNotContains, {"null"}), "");
  EXPECT_EQ(filter(kContains, {"[1]"}), invalid + "ComparisonOperator CONTAINS is not valid for L AttributeValue type");
}

TEST(AttributesToGet, AreNamesAndNotPaths) {
  const auto projection = compile_attributes_to_get({"a.b", "c"});
  ASSERT_TRUE(projection);
  EXPECT_EQ((*projection)[0].text(), "[a.b]");
  EXPECT_EQ((*projection)[1].text(), "[c]");
  const auto twice = compile_attributes_to_get({"a", "b", "a"});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message, std::string(kInvalid) + "Duplicate value in attribute name: a");
}

}  // namespace
}  // namespace stator::expr
