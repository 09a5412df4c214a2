// Legacy parameters with more entries than an expression could hold: the same meaning, and not much more work.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/random.h"
#include "expr/legacy.h"
#include "expr/value_literal.h"
#include "model/value_writer.h"

namespace stator::expr {
namespace {

constexpr std::size_t kMany = 100'000;

std::string name_of(std::size_t n) { return fmt::format("a{:05}", n); }

model::Value number_value(std::size_t n) {
  std::string encoded;
  model::append_number(encoded, model::Number::from_int(static_cast<std::int64_t>(n)));
  return model::Value(encoded);
}

// Numbers under the names of [from, to).
model::Item item_of(std::size_t from, std::size_t to) {
  model::MapWriter writer;
  for (std::size_t n = from; n < to; ++n) writer.add(name_of(n), number_value(n).view());
  std::string encoded;
  writer.finish(encoded);
  return model::Item(encoded);
}

class Stopwatch {
 public:
  [[nodiscard]] bool is_soon() const { return SystemClock().monotonic() - start_ < std::chrono::seconds(5); }

 private:
  decltype(SystemClock().monotonic()) start_ = SystemClock().monotonic();
};

LegacyCondition random_condition(SeededRandom& random, std::size_t attribute) {
  constexpr ComparisonOperator kOperators[] = {
      ComparisonOperator::kEq, ComparisonOperator::kNe,       ComparisonOperator::kIn,
      ComparisonOperator::kLt, ComparisonOperator::kNull,     ComparisonOperator::kNotNull,
      ComparisonOperator::kGe, ComparisonOperator::kContains, ComparisonOperator::kNotContains,
  };
  LegacyCondition condition{name_of(attribute), kOperators[random.next() % std::size(kOperators)], {}, {}, {}};
  auto& values = condition.attribute_value_list.emplace();
  const auto op = *condition.comparison;
  std::size_t count = op == ComparisonOperator::kNull || op == ComparisonOperator::kNotNull ? 0 : 1;
  if (op == ComparisonOperator::kIn) count = 1 + random.next() % 30;
  for (; count > 0; --count) values.push_back(number_value(random.next() % 40));
  return condition;
}

TEST(ManyLegacyConditions, MeanWhatEachOfThemMeans) {
  SeededRandom random(11);
  int held = 0;
  int failed = 0;
  for (int round = 0; round < 2000; ++round) {
    // Mostly all of one result, else AND never holds and OR always does.
    const bool wanted = round % 2 == 0;
    const bool is_any = random.next() % 2 == 0;
    std::vector<LegacyCondition> conditions;
    model::MapWriter writer;
    for (std::size_t n = 0; n < 40; ++n) {
      if (random.next() % 2 == 0) writer.add(name_of(n), number_value(random.next() % 40).view());
    }
    std::string encoded;
    writer.finish(encoded);
    const model::Item item(encoded);
    std::vector<bool> each;
    for (std::size_t n = 0; n < 40; ++n) {
      const LegacyCondition condition = random_condition(random, n);
      const auto alone = compile_filter({condition}, ConditionalOperator::kAnd);
      ASSERT_TRUE(alone) << alone.error().message;
      const bool holds = alone->matches(item.view());
      if (holds != wanted && random.next() % 50 != 0) continue;
      conditions.push_back(condition);
      each.push_back(holds);
    }
    for (std::size_t i = conditions.size(); i > 1; --i) std::swap(conditions[i - 1], conditions[random.next() % i]);
    const auto all = compile_filter(conditions, is_any ? ConditionalOperator::kOr : ConditionalOperator::kAnd);
    ASSERT_TRUE(all) << all.error().message;
    const auto is_true = [](bool b) { return b; };
    const bool want = is_any ? std::ranges::any_of(each, is_true) : std::ranges::all_of(each, is_true);
    EXPECT_EQ(all->matches(item.view()), want) << all->dump() << "\n" << testing::to_literal(item.value());
    (want ? held : failed)++;
  }
  EXPECT_GT(held, 500);
  EXPECT_GT(failed, 500);
}

TEST(ManyLegacyConditions, TakeAsLongAsTheItemIsLarge) {
  std::vector<LegacyCondition> conditions;
  for (std::size_t n = 0; n < kMany; ++n) {
    conditions.push_back({name_of(n), ComparisonOperator::kNe, std::vector{number_value(kMany)}, {}, {}});
  }
  const auto all = compile_filter(conditions, ConditionalOperator::kAnd);
  ASSERT_TRUE(all);
  const model::Item large = item_of(0, 40'000);
  const model::Item small = item_of(70'000, 70'010);
  const Stopwatch watch;
  EXPECT_TRUE(all->matches(large.view()));
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(all->matches(small.view()));
  EXPECT_TRUE(watch.is_soon());
}

TEST(ManyLegacyConditions, AnInIsSearched) {
  std::vector<model::Value> values;
  for (std::size_t n = kMany; n > 0; --n) values.push_back(number_value(2 * n));
  const auto in = compile_filter({{name_of(6), ComparisonOperator::kIn, values, {}, {}}}, ConditionalOperator::kAnd);
  ASSERT_TRUE(in);
  const model::Item even = item_of(6, 7);
  const Stopwatch watch;
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(in->matches(even.view()));
  EXPECT_TRUE(watch.is_soon());
  EXPECT_FALSE(in->matches(testing::item_literal("{a00006: 7}").view()));
  EXPECT_FALSE(in->matches(testing::item_literal("{a00006: \"6\"}").view()));
  EXPECT_FALSE(in->matches({}));
}

TEST(ManyAttributeUpdates, TakeLinearTime) {
  std::vector<AttributeUpdate> updates;
  for (std::size_t n = 0; n < 50'000; ++n) updates.push_back({name_of(n), number_value(1), AttributeAction::kAdd});
  const auto update = compile_attribute_updates(updates);
  ASSERT_TRUE(update);
  const model::Item before = item_of(10'000, 50'000);
  const Stopwatch watch;
  const auto after = update->apply(before.view());
  EXPECT_TRUE(watch.is_soon());
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->view().size(), 50'000U);
  EXPECT_EQ(testing::to_literal(*after->view().find(name_of(0))), "1");
  EXPECT_EQ(testing::to_literal(*after->view().find(name_of(49'999))), "50000");
}

}  // namespace
}  // namespace stator::expr
