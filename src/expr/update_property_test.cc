// Random updates of random items: applied to the encoding, and to trees the obvious way.
#include <algorithm>
#include <expected>
#include <functional>
#include <map>
#include <span>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "expr/update.h"
#include "expr/value_literal.h"
#include "model/naive_tree_for_tests.h"

namespace stator::expr {
namespace {

using model::DocumentPath;
using model::testing::Change;
using model::testing::expression_text;
using model::testing::Tree;
using model::testing::tree_at;

using Outcome = std::expected<Tree, std::string>;

const std::string kMissing = "The provided expression refers to an attribute that does not exist in the item";
const std::string kWrongType = "An operand in the update expression has an incorrect data type";
const std::string kWrongPath = "The document path provided in the update expression is invalid for update";

// An operand's text, what it yields of an item, and its type as far as the request shows it.
struct Term {
  std::string text;
  std::function<Outcome(const Tree&)> value;
  std::optional<Tree::Kind> kind = {};
};

// An action's text, and what it changes in an item.
struct Action {
  DocumentPath path;
  std::string text;
  std::function<std::expected<Change, std::string>(const Tree&)> change;
};

bool is_set(const Tree& tree) { return tree.kind == Tree::kNumberSet || tree.kind == Tree::kStringSet; }

Tree set_of(Tree::Kind kind, std::vector<Tree> members) {
  std::ranges::sort(members, {}, [](const Tree& member) { return std::pair(member.number, member.text); });
  const auto repeated = std::ranges::unique(members);
  members.erase(repeated.begin(), repeated.end());
  return {kind, 0, "", std::move(members), {}};
}

class Generator : public model::testing::TreeGenerator {
 public:
  explicit Generator(unsigned seed) : TreeGenerator(seed, true), item_(item(3)) {}

  [[nodiscard]] const Tree& tree() const { return item_; }
  [[nodiscard]] const AttributeValues& values() const { return values_; }

  // An expression of actions on disjoint paths, and the actions in its order.
  std::pair<std::string, std::vector<Action>> update() {
    const std::vector<DocumentPath> paths = disjoint_paths();
    std::vector<std::string_view> sections = {"SET", "REMOVE", "ADD", "DELETE"};
    for (std::size_t i = sections.size(); i > 1; --i) {
      std::swap(sections[i - 1], sections[static_cast<std::size_t>(below(static_cast<int>(i)))]);
    }
    std::vector<std::vector<Action>> by_section(sections.size());
    for (const DocumentPath& path : paths) {
      // Every other action is a SET.
      const auto wanted = below(2) == 0 ? "SET" : sections[static_cast<std::size_t>(below(4))];
      const auto at = static_cast<std::size_t>(std::ranges::find(sections, wanted) - sections.begin());
      by_section[at].push_back(action(wanted, path));
    }
    std::string text;
    std::vector<Action> actions;
    for (std::size_t i = 0; i < sections.size(); ++i) {
      for (std::size_t k = 0; k < by_section[i].size(); ++k) {
        text += k > 0 ? ", " : fmt::format(" {} ", sections[i]);
        text += by_section[i][k].text;
        actions.push_back(by_section[i][k]);
      }
    }
    return {text, actions};
  }

 private:
  std::vector<DocumentPath> disjoint_paths() {
    std::vector<DocumentPath> paths;
    for (int n = 1 + below(6); n > 0 || paths.empty(); --n) {
      DocumentPath next = path(item_);
      const auto is_disjoint = [&](const DocumentPath& p) {
        return model::relate(p, next) == model::PathRelation::kDisjoint;
      };
      if (std::ranges::all_of(paths, is_disjoint)) paths.push_back(std::move(next));
    }
    return paths;
  }

  Action action(std::string_view section, const DocumentPath& path) {
    if (section == "SET") return assignment(path);
    if (section == "REMOVE")
      return {path, expression_text(path), [path](const Tree& item) { return at(item, path, {}); }};
    return section == "ADD" ? addition(path) : subtraction(path);
  }

  // The change itself, if the path can be walked.
  static std::expected<Change, std::string> at(const Tree& item, const DocumentPath& path, std::optional<Tree> value) {
    if (!model::testing::can_change(item, path)) return std::unexpected(kWrongPath);
    return Change{path, std::move(value)};
  }

  Action assignment(const DocumentPath& path) {
    Term value = below(3) == 0 ? sum() : operand(2, false);
    return {path, fmt::format("{} = {}", expression_text(path), value.text),
            [path, value](const Tree& item) -> std::expected<Change, std::string> {
              const Outcome outcome = value.value(item);
              if (!outcome) return std::unexpected(outcome.error());
              return at(item, path, *outcome);
            }};
  }

  Action addition(const DocumentPath& path) {
    const Tree::Kind kinds[] = {Tree::kNumber, Tree::kNumberSet, Tree::kStringSet};
    const Tree added = value_like(path, kinds);
    return {path, fmt::format("{} {}", expression_text(path), placeholder(added).text),
            [path, added](const Tree& item) -> std::expected<Change, std::string> {
              const Tree* old = tree_at(item, path);
              if (old == nullptr) return at(item, path, added);
              if (old->kind != added.kind) return std::unexpected(kWrongType);
              if (!is_set(added)) return at(item, path, Tree::of_number(old->number + added.number));
              std::vector<Tree> members = old->elements;
              members.insert(members.end(), added.elements.begin(), added.elements.end());
              return at(item, path, set_of(added.kind, members));
            }};
  }

  Action subtraction(const DocumentPath& path) {
    const Tree::Kind kinds[] = {Tree::kNumberSet, Tree::kStringSet};
    const Tree removed = value_like(path, kinds);
    return {path, fmt::format("{} {}", expression_text(path), placeholder(removed).text),
            [path, removed](const Tree& item) -> std::expected<Change, std::string> {
              const Tree* old = tree_at(item, path);
              if (old == nullptr) return at(item, path, {});
              if (old->kind != removed.kind) return std::unexpected(kWrongType);
              std::vector<Tree> members;
              for (const Tree& member : old->elements) {
                if (std::ranges::find(removed.elements, member) == removed.elements.end()) members.push_back(member);
              }
              if (members.empty()) return at(item, path, {});
              return at(item, path, set_of(removed.kind, members));
            }};
  }

  // Mostly of the type that is there already, if that is one of `kinds`.
  Tree value_like(const DocumentPath& path, std::span<const Tree::Kind> kinds) {
    const Tree* old = tree_at(item_, path);
    const bool fits = old != nullptr && std::ranges::find(kinds, old->kind) != kinds.end();
    if (fits && below(5) > 0) return value_of(old->kind, 0);
    return value_of(kinds[static_cast<std::size_t>(below(static_cast<int>(kinds.size())))], 0);
  }

  Term placeholder(const Tree& tree) {
    const std::string name = fmt::format(":v{}", values_.size());
    values_.emplace(name, model::testing::encoded_tree(tree));
    return {name, [tree](const Tree&) -> Outcome { return tree; }, tree.kind};
  }

  Term path_operand(const DocumentPath& path) {
    return {expression_text(path), [path](const Tree& item) -> Outcome {
              const Tree* found = tree_at(item, path);
              if (found == nullptr) return std::unexpected(kMissing);
              return *found;
            }};
  }

  Term operand(int depth, bool is_nested) {
    switch (below(depth > 0 ? 4 : 2)) {
      case 0:
        return path_operand(path(item_));
      case 1:
        return placeholder(value(2));
      case 2: {
        const DocumentPath tested = path(item_);
        const Term otherwise = operand(depth - 1, true);
        return {fmt::format("if_not_exists({}, {})", expression_text(tested), otherwise.text),
                [tested, otherwise](const Tree& item) -> Outcome {
                  const Tree* found = tree_at(item, tested);
                  return found != nullptr ? Outcome(*found) : otherwise.value(item);
                }};
      }
      default:
        return is_nested ? placeholder(value_of(Tree::kList, 1)) : list_append(depth);
    }
  }

  // An operand that the request does not show to be of another type than `kind`.
  Term operand_of(Tree::Kind kind, int depth, bool is_nested) {
    if (below(3) == 0) return placeholder(value_of(kind, 1));
    const AttributeValues before = values_;
    while (true) {
      Term term = operand(depth, is_nested);
      if (!term.kind || *term.kind == kind) return term;
      values_ = before;
    }
  }

  Term list_append(int depth) {
    const Term head = operand_of(Tree::kList, depth - 1, true);
    const Term tail = operand_of(Tree::kList, depth - 1, true);
    return {fmt::format("list_append({}, {})", head.text, tail.text),
            [head, tail](const Tree& item) -> Outcome {
              Outcome first = head.value(item);
              if (!first) return first;
              const Outcome second = tail.value(item);
              if (!second) return second;
              if (first->kind != Tree::kList || second->kind != Tree::kList) return std::unexpected(kWrongType);
              first->elements.insert(first->elements.end(), second->elements.begin(), second->elements.end());
              return first;
            },
            Tree::kList};
  }

  Term sum() {
    const Term a = operand_of(Tree::kNumber, 1, true);
    const Term b = operand_of(Tree::kNumber, 1, true);
    const bool minus = below(2) == 0;
    return {fmt::format("{} {} {}", a.text, minus ? "-" : "+", b.text), [a, b, minus](const Tree& item) -> Outcome {
              const Outcome left = a.value(item);
              if (!left) return left;
              const Outcome right = b.value(item);
              if (!right) return right;
              if (left->kind != Tree::kNumber || right->kind != Tree::kNumber) return std::unexpected(kWrongType);
              return Tree::of_number(minus ? left->number - right->number : left->number + right->number);
            }};
  }

  Tree item_;
  AttributeValues values_;
};

// The first action that cannot be done decides.
Outcome naive_update(const Tree& item, const std::vector<Action>& actions) {
  std::vector<Change> changes;
  for (const Action& action : actions) {
    auto change = action.change(item);
    if (!change) return std::unexpected(change.error());
    changes.push_back(*std::move(change));
  }
  return model::testing::changed(item, changes);
}

class UpdateAgainstModel : public ::testing::TestWithParam<unsigned> {};

TEST_P(UpdateAgainstModel, DoesTheSame) {
  int done = 0;
  std::map<std::string, int> errors;
  for (unsigned round = 0; round < 3000; ++round) {
    Generator generator(GetParam() * 10'000 + round);
    const auto [text, actions] = generator.update();
    Placeholders placeholders({}, generator.values());
    const auto update = Update::compile(text, placeholders);
    ASSERT_TRUE(update) << text << "\n" << update.error().message;
    EXPECT_TRUE(placeholders.check_all_used()) << text;
    const model::Item item = model::testing::item_of(generator.tree());
    const Outcome want = naive_update(generator.tree(), actions);
    const auto got = update->apply(item.view());
    std::string story = text + "\nof " + testing::to_literal(item.value());
    for (const auto& [name, value] : generator.values()) story += "\n" + name + " " + testing::to_literal(value.view());
    if (!want) {
      ASSERT_FALSE(got) << story << "\nshould fail: " << want.error();
      EXPECT_EQ(got.error().message, want.error()) << story;
      ++errors[want.error()];
      continue;
    }
    ASSERT_TRUE(got) << story << "\n" << got.error().message;
    EXPECT_EQ(testing::to_literal(got->value()), testing::to_literal(model::testing::item_of(*want).value())) << story;
    ++done;
  }
  EXPECT_GT(done, 500);
  EXPECT_GT(errors[kMissing], 100);
  EXPECT_GT(errors[kWrongType], 100);
  EXPECT_GT(errors[kWrongPath], 100);
}

INSTANTIATE_TEST_SUITE_P(Seeds, UpdateAgainstModel, ::testing::Range(1U, 5U));

}  // namespace
}  // namespace stator::expr
