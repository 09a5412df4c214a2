// Filters run over every item read, so evaluating one must not allocate.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "expr/condition.h"
#include "expr/value_literal.h"

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace stator::expr {
namespace {

TEST(Evaluation, DoesNotAllocate) {
  Placeholders placeholders(
      {}, testing::values_literal(":n=12345678901234567890123456789012345678 :s=\"a text longer than a short one\" "
                                  ":t=\"NS\" :l=[1, 2]"));
  const auto condition = Condition::compile(
      Parameter::kFilterExpression,
      "NOT (n = :n AND n <> :s) OR n < :n OR n BETWEEN :n AND m OR n IN (:s, :n, m) AND attribute_exists(a.b[1].c) OR "
      "attribute_not_exists(z) AND attribute_type(x, :t) OR begins_with(s, :s) OR contains(l, :l) OR contains(x, :n) "
      "OR contains(s, :s) OR size(l) > size(s) OR size(s) = :n",
      placeholders);
  ASSERT_TRUE(condition) << condition.error().message;
  const model::Item items[] = {
      testing::item_literal("{}"),
      testing::item_literal("{n: 12345678901234567890123456789012345678, m: 1, s: \"a longer text than a short one\", "
                            "l: [1, [1, 2]], x: <1, 2>, a: {b: [1, {c: 2}]}}"),
      testing::item_literal("{n: \"a text longer than a short one\", m: [], s: b\"AAAA\", l: 7, x: null}"),
  };
  for (const model::Item& item : items) {
    const std::size_t before = allocations;
    const bool matched = condition->matches(item.view());
    EXPECT_EQ(allocations, before) << matched;
  }
}

}  // namespace
}  // namespace stator::expr
