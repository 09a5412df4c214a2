// Input made to hurt: it gets its error, soon, and takes no more than its share of memory and stack.
#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "expr/condition.h"
#include "expr/lexer.h"
#include "expr/parser.h"
#include "expr/projection.h"
#include "expr/reserved_words.h"
#include "expr/update.h"
#include "expr/value_literal.h"
#include "model/limits.h"
#include "model/value_writer.h"

namespace stator::expr {
namespace {

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

std::string error_of(std::string_view text, std::string_view values = ":v=1") {
  Placeholders placeholders({}, testing::values_literal(values));
  const auto compiled = Condition::compile(Parameter::kConditionExpression, text, placeholders);
  return compiled ? "" : compiled.error().message;
}

const std::string kRedundant = "Invalid ConditionExpression: The expression has redundant parentheses;";
const std::string kOperators =
    "Invalid ConditionExpression: The expression contains too many operators; operator count: 301";

TEST(Limits, OnTheLengthOfAnExpression) {
  const auto padded = [](std::size_t size) { return "a = :v" + std::string(size - 6, ' '); };
  EXPECT_EQ(error_of(padded(4096)), "");
  EXPECT_EQ(
      error_of(padded(4097)),
      "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097");
  EXPECT_EQ(error_of(std::string(10'000'000, '(')),
            "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: "
            "10000000");
}

TEST(Limits, OnOperators) {
  // Each further condition is two operators: its own and the OR before it.
  EXPECT_EQ(error_of("a=:v" + repeat(" OR a=:v", 149)), "");
  EXPECT_EQ(error_of("NOT a=:v" + repeat(" OR a=:v", 149)), "");
  EXPECT_EQ(error_of("NOT NOT a=:v" + repeat(" OR a=:v", 149)), kOperators);
  EXPECT_EQ(error_of("a=:v" + repeat(" OR a=:v", 150)), kOperators);
  EXPECT_EQ(error_of("(a=:v" + repeat(" OR (a=:v)", 149) + ")"), "") << "parentheses do not count";
  EXPECT_EQ(error_of(repeat("NOT ", 299) + "a=:v"), "");
  EXPECT_EQ(error_of(repeat("NOT ", 300) + "a=:v"), kOperators);
  EXPECT_EQ(error_of(repeat("NOT ", 1000) + "a=:v"), kOperators);
  EXPECT_EQ(error_of(repeat("NOT(", 299) + "a=:v" + repeat(")", 299)), "");
}

TEST(Limits, OnOperatorsOfUpdates) {
  const auto update_error = [](int sums) {
    Placeholders placeholders({}, testing::values_literal(":v=1"));
    std::string text = "SET ";
    for (int i = 0; i < sums; ++i) text += fmt::format("{}a{}=b+:v", i == 0 ? "" : ",", i);
    const auto compiled = Update::compile(text, placeholders);
    return compiled ? "" : compiled.error().message;
  };
  EXPECT_EQ(update_error(300), "") << "the = of SET does not count";
  EXPECT_EQ(update_error(301),
            "Invalid UpdateExpression: The expression contains too many operators; operator count: 301");
}

TEST(Limits, OnOperandsOfIn) {
  const auto in = [](std::size_t operands) { return "a IN (:v" + repeat(",:v", operands - 1) + ")"; };
  EXPECT_EQ(error_of(in(100)), "");
  EXPECT_EQ(error_of(in(100) + " OR " + in(100) + " OR " + in(100)), "") << "an IN is one operator";
  EXPECT_EQ(error_of(in(101)),
            "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101");
  EXPECT_EQ(error_of(in(1300)),
            "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: "
            "1300");
}

struct NestedCase {
  std::string name;
  std::string text;
  std::string want;
};

class Nesting : public ::testing::TestWithParam<NestedCase> {};

TEST_P(Nesting, IsAnError) { EXPECT_EQ(error_of(GetParam().text), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Cases, Nesting,
    ::testing::Values(NestedCase{"Parentheses", repeat("(", 2000) + "a=:v" + repeat(")", 2000), kRedundant},
                      NestedCase{"FewParentheses", repeat("(", 100) + "a=:v" + repeat(")", 100), kRedundant},
                      NestedCase{"OpenParentheses", repeat("(", 4096), kRedundant},
                      NestedCase{"OperandParentheses", "a=" + repeat("(", 2000) + ":v" + repeat(")", 2000), kRedundant},
                      NestedCase{"Negations", repeat("NOT(", 1000) + "a=:v", kOperators},
                      NestedCase{"Functions", repeat("size(", 800), kOperators},
                      NestedCase{"Closing", repeat(")", 4096),
                                 "Invalid ConditionExpression: Syntax error; token: \")\", near: \"))\""},
                      NestedCase{"Brackets", "a" + repeat("[", 4000),
                                 "Invalid ConditionExpression: Syntax error; token: \"[\", near: \"[[[\""},
                      NestedCase{"Dots", "a" + repeat(".a", 2000) + "=:v",
                                 "Invalid ConditionExpression: The document path has too many nesting levels; nesting "
                                 "levels: 2001"},
                      NestedCase{"Digits", "a[" + repeat("9", 4000) + "]=:v",
                                 "Invalid ConditionExpression: List index is not within the allowable range; index: [" +
                                     repeat("9", 4000) + "]"}),
    [](const auto& test) { return test.param.name; });

TEST(Hostile, NestedUpdatesAreErrors) {
  for (const std::string& text : {"SET a=" + repeat("(", 4000), "SET a=" + repeat("if_not_exists(a,", 250),
                                  "SET a=" + repeat("f(", 2000), repeat("SET ", 1000), repeat("REMOVE a ", 400)}) {
    Placeholders placeholders;
    EXPECT_FALSE(Update::compile(text, placeholders)) << text.substr(0, 40);
  }
}

TEST(Hostile, ManyPathsTakeLinearTime) {
  std::string text = "REMOVE ";
  for (int i = 0; text.size() < 4090; ++i) text += fmt::format("{}x{:x}", i == 0 ? "" : ",", i);
  const auto start = SystemClock().monotonic();
  for (int round = 0; round < 20; ++round) {
    Placeholders placeholders;
    ASSERT_TRUE(Update::compile(text, placeholders));
  }
  EXPECT_LT(SystemClock().monotonic() - start, std::chrono::seconds(5));
}

// A value counts as often as it is named: what an evaluation goes through stays within a megabyte.
TEST(Hostile, LargeValuesNamedOftenAreRefused) {
  struct Row {
    std::size_t bytes;  // of :v
    std::string text;
    bool is_taken;
  };
  constexpr std::size_t kMega = 1 << 20;
  const auto placeholders_of = [](std::size_t bytes) {
    std::string encoded;
    model::append_string(encoded, std::string(bytes, 'x'));
    return Placeholders({{"#n", std::string(60'000, 'n')}}, {{":v", model::Value(encoded)}});
  };
  for (const Row& row : {Row{kMega - 1, "a = :v", true},
                         {kMega, "a = :v", false},
                         {kMega / 2, "a = :v OR a = :v", false},
                         {kMega, "a IN (:v" + repeat(",:v", 99) + ")" + repeat(" OR a=:v", 140), false},
                         {7'000, "contains(:v, a)" + repeat(" OR contains(:v, a)", 149), false},
                         {6'900, "contains(:v, a)" + repeat(" OR contains(:v, a)", 149), true},
                         {3 * kMega, "size(:v) > a", true}}) {
    Placeholders placeholders = placeholders_of(row.bytes);
    const auto condition = Condition::compile(Parameter::kFilterExpression, row.text, placeholders);
    EXPECT_EQ(condition ? "" : condition.error().message,
              row.is_taken ? "" : "Invalid FilterExpression: Expression size has exceeded the maximum allowed size;")
        << row.bytes << " " << row.text.substr(0, 50);
  }

  std::string paths = "#n";
  std::string assignments = "SET a=:v";
  for (int i = 0; i < 20; ++i) {
    paths += fmt::format(",p{}.#n", i);
    assignments += fmt::format(",x{}=:v", i);
  }
  Placeholders placeholders = placeholders_of(60'000);
  const auto update = Update::compile(assignments, placeholders);
  ASSERT_FALSE(update);
  EXPECT_EQ(update.error().message, "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;");
  const auto projection = compile_projection(paths, placeholders);
  ASSERT_FALSE(projection);
  EXPECT_EQ(projection.error().message,
            "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size;");
}

TEST(Hostile, SearchingLongTextsTakesLinearTime) {
  AttributeValues values;
  std::string encoded;
  model::append_string(encoded, std::string(100'000, 'a') + "b");
  values.emplace(":v", model::Value(encoded));
  Placeholders placeholders({}, values);
  const auto condition = Condition::compile(Parameter::kFilterExpression, "contains(t, :v)", placeholders);
  ASSERT_TRUE(condition);
  model::MapWriter writer;
  model::append_string(writer.next("t"), std::string(390'000, 'a'));
  std::string item;
  writer.finish(item);
  const auto start = SystemClock().monotonic();
  for (int round = 0; round < 10; ++round) EXPECT_FALSE(condition->matches(model::Item(item).view()));
  EXPECT_LT(SystemClock().monotonic() - start, std::chrono::seconds(5));
}

// A set of `size` strings of three characters, every `step`th from `first`.
model::Value text_set(std::size_t first, std::size_t step, std::size_t size) {
  model::SetWriter writer(model::Type::kStringSet);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t n = first + i * step;
    const auto letter = [n](std::size_t shift) { return static_cast<char>('0' + (n >> shift) % 64); };
    writer.add(std::string{letter(12), letter(6), letter(0)});
  }
  std::string encoded;
  writer.finish(encoded);
  return model::Value(encoded);
}

TEST(Hostile, LargeSetsTakeLinearTime) {
  constexpr std::size_t kMembers = 80'000;
  AttributeValues values;
  values.emplace(":v", text_set(1, 3, kMembers));
  Placeholders placeholders({}, values);
  const auto added = Update::compile("ADD s :v", placeholders);
  const auto deleted = Update::compile("DELETE s :v", placeholders);
  ASSERT_TRUE(added && deleted);
  model::MapWriter writer;
  writer.add("s", text_set(0, 2, kMembers).view());
  std::string item;
  writer.finish(item);
  const auto start = SystemClock().monotonic();
  for (int round = 0; round < 5; ++round) {
    // Up to the last even member, every other of those named is there.
    const auto united = added->apply(model::Item(item).view());
    ASSERT_TRUE(united);
    EXPECT_EQ(united->view().find("s")->set().size(), kMembers * 2 - kMembers / 3);
    const auto left = deleted->apply(model::Item(item).view());
    ASSERT_TRUE(left);
    EXPECT_EQ(left->view().find("s")->set().size(), kMembers - kMembers / 3);
  }
  EXPECT_LT(SystemClock().monotonic() - start, std::chrono::seconds(5));
}

// Whatever bytes come, each grammar answers, and what it quotes of them is in the text.
TEST(Hostile, AnyBytesGetAnAnswer) {
  constexpr std::string_view kParts[] = {"a",    "#a",   ":v", " ",   "(",    ")",     "[",        "]",
                                         "0",    ".",    ",",  "=",   "<",    ">",     "<>",       "AND",
                                         " OR ", "IN",   "+",  "SET", "ADD",  "size(", "\0",       "\t",
                                         "é",    "\xff", "#",  ":",   "NOT ", "_",     "BETWEEN ", "contains("};
  std::uint64_t state = 88172645463325252ULL;
  const auto next = [&state] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t parts = next() % 12; parts > 0; --parts) text += kParts[next() % std::size(kParts)];
    Placeholders placeholders({{"#a", "x"}}, testing::values_literal(":v=1"));
    const auto condition = Condition::compile(Parameter::kConditionExpression, text, placeholders);
    if (condition) (void)condition->matches({});
    const auto update = Update::compile(text, placeholders);
    if (update) (void)update->apply({});
    (void)compile_projection(text, placeholders);
    (void)Condition::compile(Parameter::kKeyConditionExpression, text, placeholders);
  }
}

TEST(ReservedWords, AreFoundInAnyCase) {
  for (const std::string_view word : {"ABORT", "abort", "Name", "ZONE", "zone", "SIZE"}) {
    EXPECT_TRUE(is_reserved_word(word)) << word;
  }
  for (const std::string_view word : {"", "a", "ABORTS", "ABOR", "contains", "zzz"}) {
    EXPECT_FALSE(is_reserved_word(word)) << word;
  }
  EXPECT_FALSE(is_reserved_word(std::string(1000, 'A')));
}

}  // namespace
}  // namespace stator::expr
