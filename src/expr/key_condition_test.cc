#include "expr/key_condition.h"

#include <gtest/gtest.h>

#include "expr/legacy.h"
#include "expr/value_literal.h"

namespace stator::expr {
namespace {

using model::KeySchema;
using model::Type;

const KeySchema kHashOnly({{"p", Type::kString}});
const KeySchema kHashRange({{"p", Type::kString}}, {{"s", Type::kNumber}});
const KeySchema kTextRange({{"p", Type::kString}}, {{"s", Type::kString}});

const KeySchema kSeveral({{"a", Type::kString}, {"b", Type::kNumber}}, {{"c", Type::kString}, {"d", Type::kNumber}});

std::string text_of(const Result<KeyCondition>& bound) {
  if (!bound) return bound.error().message;
  std::string out = "p=" + testing::to_literal(bound->equal.front().view());
  for (const model::Value& value : std::span(bound->equal).subspan(1)) out += " = " + testing::to_literal(value.view());
  if (!bound->sort) return out;
  constexpr std::string_view kNames[] = {"=", "<", "<=", ">", ">=", "between", "begins_with"};
  out += std::string(" ") + std::string(kNames[static_cast<int>(bound->sort->op)]) + " " +
         testing::to_literal(bound->sort->operand.view());
  if (bound->sort->upper.has_value()) out += " " + testing::to_literal(bound->sort->upper.view());
  return out;
}

struct BindCase {
  std::string name;
  std::string expression;
  std::string values;
  const KeySchema* key;
  std::string want;
};

class Bind : public ::testing::TestWithParam<BindCase> {};

TEST_P(Bind, GivesTheStretchOrDynamoDBsError) {
  Placeholders placeholders({}, testing::values_literal(GetParam().values));
  const auto condition = Condition::compile(Parameter::kKeyConditionExpression, GetParam().expression, placeholders);
  ASSERT_TRUE(condition) << condition.error().message;
  EXPECT_EQ(text_of(bind_key_condition(*condition, *GetParam().key)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Bind,
    ::testing::Values(
        BindCase{"PartitionOnly", "p = :p", ":p=\"x\"", &kHashOnly, "p=\"x\""},
        BindCase{"PartitionOfATableWithSortKey", "p = :p", ":p=\"x\"", &kHashRange, "p=\"x\""},
        BindCase{"Equal", "p = :p AND s = :s", ":p=\"x\" :s=1", &kHashRange, "p=\"x\" = 1"},
        BindCase{"AnyOrder", "s < :s AND p = :p", ":p=\"x\" :s=1", &kHashRange, "p=\"x\" < 1"},
        BindCase{"TurnedAround", ":s < s AND :p = p", ":p=\"x\" :s=1", &kHashRange, "p=\"x\" > 1"},
        BindCase{"TurnedAroundOrEqual", ":s >= s AND :p = p", ":p=\"x\" :s=1", &kHashRange, "p=\"x\" <= 1"},
        BindCase{"Between", "p = :p AND s BETWEEN :a AND :b", ":p=\"x\" :a=1 :b=2", &kHashRange, "p=\"x\" between 1 2"},
        BindCase{"BeginsWith", "p = :p AND begins_with(s, :s)", ":p=\"x\" :s=\"ab\"", &kTextRange,
                 "p=\"x\" begins_with \"ab\""},
        BindCase{"Several", "c = :c AND a = :a AND b = :b", ":a=\"x\" :b=1 :c=\"y\"", &kSeveral, "p=\"x\" = 1 = \"y\""},
        BindCase{"SeveralPartitionOnly", "b = :b AND a = :a", ":a=\"x\" :b=1", &kSeveral, "p=\"x\" = 1"},
        BindCase{"SeveralWithAnInequality", "d > :d AND c = :c AND a = :a AND b = :b", ":a=\"x\" :b=1 :c=\"y\" :d=2",
                 &kSeveral, "p=\"x\" = 1 = \"y\" > 2"},
        BindCase{"SeveralMissed", "a = :a AND c = :c", ":a=\"x\" :c=\"y\"", &kSeveral,
                 "HASH key attributes b must have equality conditions specified in the query"},
        BindCase{"SeveralUnequalPartition", "a = :a AND b > :b", ":a=\"x\" :b=1", &kSeveral,
                 "HASH key attributes b must have equality conditions specified in the query"},
        BindCase{"SeveralGap", "a = :a AND b = :b AND d = :d", ":a=\"x\" :b=1 :d=2", &kSeveral,
                 "RANGE key attributes c must have equality conditions specified in the query because a condition is "
                 "present on key attribute d"},
        BindCase{"SeveralInequalityBeforeTheLast", "a = :a AND b = :b AND c > :c AND d = :d",
                 ":a=\"x\" :b=1 :c=\"y\" :d=2", &kSeveral,
                 "RANGE key attributes c must have equality conditions specified in the query because a condition is "
                 "present on key attribute d"},
        BindCase{"SeveralAndNoKey", "a = :a AND b = :b AND e = :e", ":a=\"x\" :b=1 :e=2", &kSeveral,
                 "Query condition missed key schema element: c"},
        BindCase{"NoPartition", "s = :s", ":s=1", &kHashRange, "Query condition missed key schema element: p"},
        BindCase{"NotAKey", "a = :s", ":s=1", &kHashRange, "Query condition missed key schema element: p"},
        BindCase{"NotTheSortKey", "p = :p AND a = :a", ":p=\"x\" :a=1", &kHashRange,
                 "Query condition missed key schema element: s"},
        BindCase{"TwoOnHashOnly", "p = :p AND s = :s", ":p=\"x\" :s=1", &kHashOnly,
                 "Query key condition not supported"},
        BindCase{"ThreeOnHashOnly", "p = :p AND s = :s AND a = :s", ":p=\"x\" :s=1", &kHashOnly,
                 "The number of query conditions (3) exceeds the number of key attributes defined in the schema (1)"},
        BindCase{"ThreeConditions", "p = :p AND s = :s AND a = :s", ":p=\"x\" :s=1", &kHashRange,
                 "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"},
        BindCase{"PartitionNotEqual", "p > :p", ":p=\"x\"", &kHashRange, "Query key condition not supported"},
        BindCase{"PartitionBegins", "begins_with(p, :p)", ":p=\"x\"", &kHashRange, "Query key condition not supported"},
        BindCase{"PartitionType", "p = :p", ":p=1", &kHashRange,
                 "One or more parameter values were invalid: Condition parameter type does not match schema type"},
        BindCase{"SortType", "p = :p AND s = :s", ":p=\"x\" :s=\"1\"", &kHashRange,
                 "One or more parameter values were invalid: Condition parameter type does not match schema type"},
        BindCase{"EmptyPartition", "p = :p", ":p=\"\"", &kHashRange,
                 "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                 "empty string value. Key: p"},
        BindCase{"EmptySort", "p = :p AND s = :s", ":p=\"x\" :s=\"\"", &kTextRange,
                 "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                 "empty string value. Key: s"}),
    [](const auto& test) { return test.param.name; });

TEST(BindKeyCondition, TellsWhichIndexTakesNoEmptyKey) {
  Placeholders placeholders({}, testing::values_literal(":p=\"\""));
  const auto condition = Condition::compile(Parameter::kKeyConditionExpression, "p = :p", placeholders);
  EXPECT_EQ(
      text_of(bind_key_condition(*condition, kHashRange, "by-p")),
      "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
      "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-p, IndexKey: p");
}

TEST(BindKeyCondition, RefusesKeysThatNoItemCanHave) {
  const auto bind = [](std::string_view expression, std::size_t partition, std::size_t sort) {
    AttributeValues values =
        testing::values_literal(":p=\"" + std::string(partition, 'x') + "\" :s=\"" + std::string(sort, 'y') + "\"");
    Placeholders placeholders({}, std::move(values));
    return text_of(bind_key_condition(*Condition::compile(Parameter::kKeyConditionExpression, expression, placeholders),
                                      kTextRange));
  };
  EXPECT_TRUE(bind("p = :p AND s = :s", 2048, 1024).starts_with("p="));
  EXPECT_EQ(bind("p = :p AND s = :s", 2049, 1),
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 "
            "bytes");
  EXPECT_EQ(bind("p = :p AND s > :s", 1, 1025),
            "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit "
            "of 1024 bytes");
}

struct LegacyCase {
  std::string name;
  std::vector<LegacyCondition> conditions;
  std::string want;
};

LegacyCondition on(std::string attribute, ComparisonOperator op, std::vector<std::string> literals) {
  std::vector<model::Value> values;
  for (const std::string& literal : literals) values.push_back(testing::value_literal(literal));
  return {std::move(attribute), op, std::move(values), std::nullopt, std::nullopt};
}

class LegacyKeyConditions : public ::testing::TestWithParam<LegacyCase> {};

TEST_P(LegacyKeyConditions, BindAsExpressionsDo) {
  const auto condition = compile_key_conditions(GetParam().conditions);
  if (!condition) {
    EXPECT_EQ(condition.error().message, GetParam().want);
  } else {
    EXPECT_EQ(text_of(bind_key_condition(*condition, kHashRange)), GetParam().want);
  }
}

using enum ComparisonOperator;

INSTANTIATE_TEST_SUITE_P(
    Cases, LegacyKeyConditions,
    ::testing::Values(
        LegacyCase{"Equal", {on("p", kEq, {"\"x\""})}, "p=\"x\""},
        LegacyCase{"Between", {on("p", kEq, {"\"x\""}), on("s", kBetween, {"1", "2"})}, "p=\"x\" between 1 2"},
        LegacyCase{"GreaterOrEqual", {on("s", kGe, {"1"}), on("p", kEq, {"\"x\""})}, "p=\"x\" >= 1"},
        LegacyCase{"NotIndexable",
                   {on("p", kEq, {"\"x\""}), on("s", kNe, {"1"})},
                   "Attempted conditional constraint is not an indexable operation"},
        LegacyCase{
            "NotNull", {on("p", kNotNull, {})}, "Attempted conditional constraint is not an indexable operation"},
        LegacyCase{"NotContains",
                   {on("p", kNotContains, {"\"x\""})},
                   "Attempted conditional constraint is not an indexable operation"},
        LegacyCase{"Missed", {on("s", kEq, {"1"})}, "Query condition missed key schema element: p"},
        LegacyCase{"None", {}, "Conditions can be of length 1 or 2 only"},
        LegacyCase{"Three",
                   {on("p", kEq, {"\"x\""}), on("s", kEq, {"1"}), on("t", kEq, {"1"})},
                   "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"},
        LegacyCase{"Count",
                   {on("p", kEq, {"\"x\"", "\"y\""})},
                   "One or more parameter values were invalid: Invalid number of argument(s) for the EQ "
                   "ComparisonOperator"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace stator::expr
