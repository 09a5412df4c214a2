// For tests: items as plain trees, random ones, and changes to them done the slow and obvious way. What works on
// encodings is compared with it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/random.h"
#include "model/document_path.h"
#include "model/item.h"
#include "model/value_writer.h"

namespace stator::model::testing {

// A value as a tree; numbers in halves.
struct Tree {
  enum Kind { kNumber, kString, kBool, kNull, kNumberSet, kStringSet, kList, kMap };
  Kind kind = kNull;
  int number = 0;  // of kBool: 0 or 1
  std::string text;
  std::vector<Tree> elements;  // of sets: sorted, without repetition
  std::map<std::string, Tree> entries;

  static Tree of_number(int halves) { return {kNumber, halves, "", {}, {}}; }

  friend bool operator==(const Tree&, const Tree&) = default;
};

inline void append_tree(std::string& out, const Tree& tree) {
  const auto number_of = [](const Tree& t) { return *Number::parse(fmt::format("{}", t.number * 0.5)); };
  switch (tree.kind) {
    case Tree::kNumber:
      return append_number(out, number_of(tree));
    case Tree::kString:
      return append_string(out, tree.text);
    case Tree::kBool:
      return append_bool(out, tree.number != 0);
    case Tree::kNull:
      return append_null(out);
    case Tree::kNumberSet:
    case Tree::kStringSet: {
      SetWriter writer(tree.kind == Tree::kNumberSet ? Type::kNumberSet : Type::kStringSet);
      for (const Tree& member : tree.elements) {
        std::string encoded = member.text;
        if (tree.kind == Tree::kNumberSet) number_of(member).append_encoded(encoded);
        writer.add(encoded);
      }
      writer.finish(out);
      return;
    }
    case Tree::kList: {
      ListWriter writer;
      for (const Tree& element : tree.elements) append_tree(writer.next(), element);
      return writer.finish(out);
    }
    case Tree::kMap: {
      MapWriter writer;
      for (const auto& [name, entry] : tree.entries) append_tree(writer.next(name), entry);
      writer.finish(out);
    }
  }
}

inline Value encoded_tree(const Tree& tree) {
  std::string out;
  append_tree(out, tree);
  return Value(std::move(out));
}

// `tree` is a map.
inline Item item_of(const Tree& tree) {
  std::string out;
  append_tree(out, tree);
  return Item(std::move(out));
}

// The child at `step`; null if there is none.
inline const Tree* child_of(const Tree& tree, const PathStep& step) {
  if (const auto* index = std::get_if<std::uint32_t>(&step)) {
    return tree.kind == Tree::kList && *index < tree.elements.size() ? &tree.elements[*index] : nullptr;
  }
  if (tree.kind != Tree::kMap) return nullptr;
  const auto found = tree.entries.find(std::get<std::string>(step));
  return found == tree.entries.end() ? nullptr : &found->second;
}

// What is reached by the first `steps` steps; null if nothing is.
inline const Tree* tree_at(const Tree& item, const DocumentPath& path, std::size_t steps) {
  const Tree* at = &item;
  for (std::size_t i = 0; i < steps && at != nullptr; ++i) at = child_of(*at, path.steps[i]);
  return at;
}

inline const Tree* tree_at(const Tree& item, const DocumentPath& path) {
  return tree_at(item, path, path.steps.size());
}

// "p.q[1]": as an expression has it.
inline std::string expression_text(const DocumentPath& path) {
  std::string text;
  for (const PathStep& step : path.steps) {
    const auto* index = std::get_if<std::uint32_t>(&step);
    if (index == nullptr && !text.empty()) text += ".";
    text += index != nullptr ? fmt::format("[{}]", *index) : std::get<std::string>(step);
  }
  return text;
}

// Whether something may be set or removed at `path`.
inline bool can_change(const Tree& item, const DocumentPath& path) {
  const Tree* parent = tree_at(item, path, path.steps.size() - 1);
  const bool by_name = std::holds_alternative<std::string>(path.steps.back());
  return parent != nullptr && parent->kind == (by_name ? Tree::kMap : Tree::kList);
}

struct Change {
  DocumentPath path;
  std::optional<Tree> value;  // none: removed
};

// `tree`, which is at `at`, after the changes; nothing if it is removed. Paths mean positions of the original.
inline std::optional<Tree> changed(const Tree& tree, const DocumentPath& at, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (change.path == at) return change.value;
  }
  const auto below = [&](PathStep step) {
    DocumentPath path = at;
    path.steps.push_back(std::move(step));
    return path;
  };
  Tree out = tree;
  out.elements.clear();
  out.entries.clear();
  for (const auto& [name, entry] : tree.entries) {
    if (auto kept = changed(entry, below(name), changes)) out.entries.emplace(name, *std::move(kept));
  }
  for (std::uint32_t i = 0; i < tree.elements.size(); ++i) {
    if (auto kept = changed(tree.elements[i], below(i), changes)) out.elements.push_back(*std::move(kept));
  }
  // What was not there before.
  std::map<std::uint32_t, Tree> appended;
  for (const Change& change : changes) {
    if (!change.value || change.path.steps.size() != at.steps.size() + 1 ||
        !std::equal(at.steps.begin(), at.steps.end(), change.path.steps.begin())) {
      continue;
    }
    const PathStep& step = change.path.steps.back();
    if (child_of(tree, step) != nullptr) continue;
    if (const auto* index = std::get_if<std::uint32_t>(&step)) {
      appended.emplace(*index, *change.value);
    } else {
      out.entries.emplace(std::get<std::string>(step), *change.value);
    }
  }
  for (auto& [index, value] : appended) out.elements.push_back(value);
  return out;
}

inline Tree changed(const Tree& item, const std::vector<Change>& changes) { return *changed(item, {}, changes); }

// Small trees with few names, so that what is drawn for one thing often meets another.
class TreeGenerator {
 public:
  // `branchy`: half of what may be a list or a map is one.
  explicit TreeGenerator(unsigned seed, bool branchy = false) : random_(seed), branchy_(branchy) {}

  int below(int limit) { return static_cast<int>(random_.next() % static_cast<unsigned>(limit)); }

  std::string name() { return std::string(1, static_cast<char>('p' + below(4))); }

  Tree value(int depth) {
    if (branchy_ && depth > 0 && below(2) == 0) return value_of(below(3) > 0 ? Tree::kList : Tree::kMap, depth);
    return value_of(static_cast<Tree::Kind>(below(depth > 0 ? 8 : 6)), depth);
  }

  Tree value_of(Tree::Kind kind, int depth) {
    Tree tree;
    tree.kind = kind;
    switch (kind) {
      case Tree::kNumber:
        tree.number = below(9) - 4;
        break;
      case Tree::kString:
        for (int n = below(4); n > 0; --n) tree.text += static_cast<char>('a' + below(2));
        break;
      case Tree::kBool:
        tree.number = below(2);
        break;
      case Tree::kNull:
        break;
      case Tree::kNumberSet:
      case Tree::kStringSet:
        fill_set(tree);
        break;
      case Tree::kList:
        for (int n = below(branchy_ ? 5 : 3); n > 0; --n) tree.elements.push_back(value(depth - 1));
        break;
      case Tree::kMap:
        tree.entries = entries(depth - 1);
        break;
    }
    return tree;
  }

  Tree item(int depth) { return Tree{Tree::kMap, 0, "", {}, entries(depth)}; }

  // Mostly of something that is in `item`, or just beside it.
  DocumentPath path(const Tree& item) {
    DocumentPath path;
    const Tree* at = &item;
    do {
      path.steps.push_back(step(at));
      if (at != nullptr) at = child_of(*at, path.steps.back());
    } while (path.steps.size() < 4 && below(at != nullptr && !is_leaf(*at) ? 4 : 8) > 1 && at != nullptr);
    return path;
  }

 private:
  static bool is_leaf(const Tree& tree) { return tree.kind != Tree::kList && tree.kind != Tree::kMap; }

  PathStep step(const Tree* at) {
    const bool by_index =
        at != nullptr && (at->kind == Tree::kList ? below(20) > 0 : at->kind != Tree::kMap && below(2) == 0);
    if (by_index) return static_cast<std::uint32_t>(below(static_cast<int>(at->elements.size()) + 3));
    return name();
  }

  std::map<std::string, Tree> entries(int depth) {
    std::map<std::string, Tree> out;
    for (const char name : {'p', 'q', 'r', 's'}) {
      if (below(3) > 0) out.emplace(std::string(1, name), value(depth));
    }
    return out;
  }

  void fill_set(Tree& tree) {
    std::map<std::pair<int, std::string>, Tree> members;
    for (int n = 1 + below(3); n > 0; --n) {
      Tree member;
      member.kind = tree.kind == Tree::kNumberSet ? Tree::kNumber : Tree::kString;
      if (member.kind == Tree::kNumber) member.number = below(5);
      if (member.kind == Tree::kString) member.text = std::string(1, static_cast<char>('a' + below(3)));
      members.emplace(std::pair(member.number, member.text), member);
    }
    for (auto& [key, member] : members) tree.elements.push_back(member);
  }

  SeededRandom random_;
  bool branchy_;
};

}  // namespace stator::model::testing
