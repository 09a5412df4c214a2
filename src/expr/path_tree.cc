#include "expr/path_tree.h"

#include <fmt/format.h>

namespace stator::expr {

void PathTree::report(Check check, const model::DocumentPath& one, const model::DocumentPath& two) {
  const std::string_view verb = check == Check::kOverlap ? "overlap" : "conflict";
  findings_.report(check,
                   fmt::format("Two document paths {} with each other; must remove or rewrite one of these paths; "
                               "path one: {}, path two: {}",
                               verb, one.text(), two.text()));
}

void PathTree::add(const model::DocumentPath& path) {
  Node* node = &root_;
  for (const model::PathStep& step : path.steps) {
    if (node->end != nullptr) return report(Check::kOverlap, *node->end, path);
    std::unique_ptr<Node>* next = nullptr;
    if (const auto* name = std::get_if<std::string>(&step)) {
      if (node->first_by_index != nullptr) return report(Check::kConflict, *node->first_by_index, path);
      if (node->first_by_name == nullptr) node->first_by_name = &path;
      next = &node->entries[*name];
    } else {
      if (node->first_by_name != nullptr) return report(Check::kConflict, *node->first_by_name, path);
      if (node->first_by_index == nullptr) node->first_by_index = &path;
      next = &node->elements[std::get<std::uint32_t>(step)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
    if (node->first == nullptr) node->first = &path;
  }
  if (node->first != &path) return report(Check::kOverlap, *node->first, path);
  node->end = &path;
}

}  // namespace stator::expr
