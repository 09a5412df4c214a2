// Random changes to random documents, against trees changed the obvious way.
#include <deque>
#include <functional>

#include <gtest/gtest.h>

#include "model/document.h"
#include "model/naive_tree_for_tests.h"

namespace stator::model {
namespace {

using testing::Change;
using testing::Tree;
using testing::TreeGenerator;

std::string story_of(const Tree& item, const std::vector<Change>& changes) {
  std::string out;
  const std::function<void(const Tree&)> show = [&](const Tree& tree) {
    out += fmt::format("{}:{}{}(", static_cast<int>(tree.kind), tree.number, tree.text);
    for (const Tree& element : tree.elements) show(element);
    for (const auto& [name, entry] : tree.entries) {
      out += name + "=";
      show(entry);
    }
    out += ") ";
  };
  show(item);
  for (const Change& change : changes) {
    out += fmt::format("\n{} {} ", change.value ? "set" : "remove", change.path.text());
    if (change.value) show(*change.value);
  }
  return out;
}

class DocumentAgainstTrees : public ::testing::TestWithParam<unsigned> {};

TEST_P(DocumentAgainstTrees, ChangesAlike) {
  int done = 0;
  int refused = 0;
  int on_lists = 0;
  for (unsigned round = 0; round < 2000; ++round) {
    TreeGenerator generator(GetParam() * 10'000 + round, true);
    const Tree tree = generator.item(3);
    const Item item = testing::item_of(tree);
    std::vector<DocumentPath> used;
    std::vector<Change> changes;
    std::deque<Value> values;
    Document document(item.view());
    for (int n = generator.below(12); n > 0; --n) {
      const DocumentPath path = generator.path(tree);
      const auto is_disjoint = [&](const DocumentPath& p) { return relate(p, path) == PathRelation::kDisjoint; };
      if (!std::ranges::all_of(used, is_disjoint)) continue;
      used.push_back(path);
      Change change{path, generator.below(3) > 0 ? std::optional(generator.value(2)) : std::nullopt};
      const bool changes_it = change.value
                                  ? document.set(path, values.emplace_back(testing::encoded_tree(*change.value)).view())
                                  : document.remove(path);
      ASSERT_EQ(changes_it, testing::can_change(tree, path)) << story_of(tree, changes) << "\nthen " << path.text();
      changes_it ? ++done : ++refused;
      if (!changes_it) continue;
      if (std::holds_alternative<std::uint32_t>(path.steps.back())) ++on_lists;
      changes.push_back(std::move(change));
    }
    const Item result = document.finish();
    ASSERT_EQ(result, testing::item_of(testing::changed(tree, changes))) << story_of(tree, changes);
    ASSERT_TRUE(is_well_formed(result.encoded(), 32)) << story_of(tree, changes);
  }
  EXPECT_GT(done, 2000);
  EXPECT_GT(refused, 300);
  EXPECT_GT(on_lists, 500);
}

TEST_P(DocumentAgainstTrees, FindsAlike) {
  int found = 0;
  for (unsigned round = 0; round < 2000; ++round) {
    TreeGenerator generator(GetParam() * 10'000 + round, true);
    const Tree tree = generator.item(3);
    const Item item = testing::item_of(tree);
    for (int n = 0; n < 5; ++n) {
      const DocumentPath path = generator.path(tree);
      const Tree* want = testing::tree_at(tree, path);
      const auto got = find(item.view(), path);
      ASSERT_EQ(got.has_value(), want != nullptr) << story_of(tree, {}) << path.text();
      if (want == nullptr) continue;
      ++found;
      EXPECT_EQ(got->encoded(), testing::encoded_tree(*want).view().encoded()) << story_of(tree, {}) << path.text();
    }
  }
  EXPECT_GT(found, 2000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DocumentAgainstTrees, ::testing::Range(1U, 5U));

}  // namespace
}  // namespace stator::model
