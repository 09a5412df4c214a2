// Random conditions over random items: the evaluator against a naive model that knows nothing of encodings.
#include <algorithm>
#include <functional>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "expr/condition.h"
#include "expr/value_literal.h"
#include "model/naive_tree_for_tests.h"

namespace stator::expr {
namespace {

using model::testing::Tree;

std::string literal(const Tree& tree) { return testing::to_literal(model::testing::encoded_tree(tree).view()); }

using Item = Tree;
using Found = std::optional<Tree>;
using Predicate = std::function<bool(const Item&)>;

struct Term {
  std::string text;
  std::function<Found(const Item&)> value;
};

struct Clause {
  std::string text;
  Predicate holds;
};

std::optional<std::strong_ordering> order(const Found& a, const Found& b) {
  if (!a || !b || a->kind != b->kind) return std::nullopt;
  if (a->kind == Tree::kNumber) return a->number <=> b->number;
  if (a->kind == Tree::kString) return a->text <=> b->text;
  return std::nullopt;
}

bool has(const std::vector<Tree>& elements, const Tree& element) {
  return std::ranges::find(elements, element) != elements.end();
}

bool naive_contains(const Tree& container, const Tree& element) {
  switch (container.kind) {
    case Tree::kString:
      return element.kind == Tree::kString && container.text.find(element.text) != std::string::npos;
    case Tree::kNumberSet:
    case Tree::kStringSet:
    case Tree::kList:
      return has(container.elements, element);
    default:
      return false;
  }
}

Found naive_size(const Found& of) {
  if (!of) return std::nullopt;
  switch (of->kind) {
    case Tree::kString:
      return Tree{Tree::kNumber, static_cast<int>(of->text.size()) * 2, "", {}, {}};
    case Tree::kNumberSet:
    case Tree::kStringSet:
    case Tree::kList:
      return Tree{Tree::kNumber, static_cast<int>(of->elements.size()) * 2, "", {}, {}};
    case Tree::kMap:
      return Tree{Tree::kNumber, static_cast<int>(of->entries.size()) * 2, "", {}, {}};
    default:
      return std::nullopt;
  }
}

class Generator : public model::testing::TreeGenerator {
 public:
  using TreeGenerator::TreeGenerator;

  Item item() { return TreeGenerator::item(2); }

  Clause clause(int depth) {
    if (depth > 0 && below(2) == 0) return compound(depth);
    switch (below(5)) {
      case 0:
        return between();
      case 1:
        return in();
      case 2:
        return function();
      default:
        return comparison();
    }
  }

  [[nodiscard]] const std::string& values() const { return values_; }

 private:
  Term path() {
    model::DocumentPath path{{name()}};
    for (int n = below(3); n > 0; --n) {
      if (below(2) == 0) {
        path.steps.emplace_back(name());
      } else {
        path.steps.emplace_back(static_cast<std::uint32_t>(below(3)));
      }
    }
    return {model::testing::expression_text(path), [path](const Item& item) -> Found {
              const Tree* found = model::testing::tree_at(item, path);
              return found == nullptr ? std::nullopt : std::optional(*found);
            }};
  }

  Term placeholder(Tree tree) {
    const std::string name = fmt::format(":v{}", count_++);
    values_ += fmt::format("{}={} ", name, literal(tree));
    return {name, [tree = std::move(tree)](const Item&) -> Found { return tree; }};
  }

  Term size() {
    Term term = path();
    term.text = "size(" + term.text + ")";
    term.value = [inner = term.value](const Item& item) { return naive_size(inner(item)); };
    return term;
  }

  // An operand of a comparison that needs an order, or does not.
  Term operand(bool ordered) {
    switch (below(4)) {
      case 0:
        return size();
      case 1:
        return path();
      default: {
        Tree tree = value(1);
        while (ordered && tree.kind != Tree::kNumber && tree.kind != Tree::kString) tree = value(0);
        return placeholder(std::move(tree));
      }
    }
  }

  Clause comparison() {
    constexpr std::string_view kOperators[] = {"=", "<>", "<", "<=", ">", ">="};
    const int op = below(6);
    const Term a = path();
    Term b = operand(op > 1);
    while (b.text == a.text) b = operand(op > 1);
    Clause clause;
    const bool swapped = below(4) == 0;
    clause.text = swapped ? fmt::format("{} {} {}", b.text, kOperators[op], a.text)
                          : fmt::format("{} {} {}", a.text, kOperators[op], b.text);
    clause.holds = [op, left = swapped ? b : a, right = swapped ? a : b](const Item& item) {
      const Found x = left.value(item);
      const Found y = right.value(item);
      if (op == 0) return x && y && *x == *y;
      if (op == 1) return !(x && y && *x == *y);
      const auto compared = order(x, y);
      if (!compared) return false;
      return op == 2 ? *compared < 0 : op == 3 ? *compared <= 0 : op == 4 ? *compared > 0 : *compared >= 0;
    };
    return clause;
  }

  Clause between() {
    const Term a = path();
    const bool numbers = below(2) == 0;
    Tree low = value(0);
    Tree high = value(0);
    const auto wanted = numbers ? Tree::kNumber : Tree::kString;
    while (low.kind != wanted) low = value(0);
    while (high.kind != wanted) high = value(0);
    if (*order(low, high) > 0) std::swap(low, high);
    const Term lower = placeholder(low);
    const Term upper = placeholder(high);
    return {fmt::format("{} BETWEEN {} AND {}", a.text, lower.text, upper.text), [=](const Item& item) {
              const auto from = order(a.value(item), low);
              const auto to = order(a.value(item), high);
              return from && to && *from >= 0 && *to <= 0;
            }};
  }

  Clause in() {
    const Term a = path();
    std::vector<Term> candidates;
    std::string list;
    for (int n = 1 + below(3); n > 0; --n) {
      Term next = operand(false);
      while (next.text == a.text) next = operand(false);
      list += (list.empty() ? "" : ", ") + next.text;
      candidates.push_back(std::move(next));
    }
    return {fmt::format("{} IN ({})", a.text, list), [=](const Item& item) {
              const Found tested = a.value(item);
              return tested &&
                     std::ranges::any_of(candidates, [&](const Term& term) { return term.value(item) == tested; });
            }};
  }

  Clause function() {
    const Term a = path();
    switch (below(4)) {
      case 0:
        return {fmt::format("attribute_exists({})", a.text),
                [=](const Item& item) { return a.value(item).has_value(); }};
      case 1:
        return {fmt::format("attribute_not_exists({})", a.text), [=](const Item& item) { return !a.value(item); }};
      case 2: {
        Tree prefix = value(0);
        while (prefix.kind != Tree::kString) prefix = value(0);
        const Term b = placeholder(prefix);
        return {fmt::format("begins_with({}, {})", a.text, b.text), [=](const Item& item) {
                  const Found tested = a.value(item);
                  return tested && tested->kind == Tree::kString && tested->text.starts_with(prefix.text);
                }};
      }
      default: {
        Term b = operand(false);
        while (b.text == a.text) b = operand(false);
        return {fmt::format("contains({}, {})", a.text, b.text), [=](const Item& item) {
                  const Found container = a.value(item);
                  const Found element = b.value(item);
                  return container && element && naive_contains(*container, *element);
                }};
      }
    }
  }

  // In parentheses, unlike all other clauses.
  Clause compound(int depth) {
    const Clause a = clause(depth - 1);
    if (below(3) == 0) {
      const std::string inner = a.text.starts_with('(') ? a.text : "(" + a.text + ")";
      return {fmt::format("(NOT {})", inner), [=](const Item& item) { return !a.holds(item); }};
    }
    const Clause b = clause(depth - 1);
    if (below(2) == 0) {
      return {fmt::format("({} AND {})", a.text, b.text),
              [=](const Item& item) { return a.holds(item) && b.holds(item); }};
    }
    return {fmt::format("({} or {})", a.text, b.text),
            [=](const Item& item) { return a.holds(item) || b.holds(item); }};
  }

  std::string values_;
  int count_ = 0;
};

class EvaluatorAgainstModel : public ::testing::TestWithParam<unsigned> {};

TEST_P(EvaluatorAgainstModel, AgreesOnEveryItem) {
  int held = 0;
  int failed = 0;
  for (unsigned round = 0; round < 400; ++round) {
    Generator generator(GetParam() * 1000 + round);
    const Clause clause = generator.clause(3);
    Placeholders placeholders({}, testing::values_literal(generator.values()));
    const auto condition = Condition::compile(Parameter::kFilterExpression, clause.text, placeholders);
    ASSERT_TRUE(condition) << clause.text << "\n" << condition.error().message << "\n" << generator.values();
    EXPECT_TRUE(placeholders.check_all_used());
    for (int i = 0; i < 10; ++i) {
      const Item item = generator.item();
      const bool want = clause.holds(item);
      EXPECT_EQ(condition->matches(testing::item_literal(literal(item)).view()), want) << clause.text << "\n"
                                                                                       << generator.values() << "\n"
                                                                                       << literal(item);
      (want ? held : failed)++;
    }
  }
  EXPECT_GT(held, 500);
  EXPECT_GT(failed, 500);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EvaluatorAgainstModel, ::testing::Range(1U, 6U));

}  // namespace
}  // namespace stator::expr
