#include "expr/path_tree.h"

#include <fmt/format.h>

namespace stator::expr {
namespace {

std::unexpected<Error> fail(std::string_view verb, const model::DocumentPath& one, const model::DocumentPath& two) {
  return fail_validation(
      fmt::format("Two document paths {} with each other; must remove or rewrite one of these paths; path one: {}, "
                  "path two: {}",
                  verb, one.text(), two.text()));
}

}  // namespace

Result<void> PathTree::add(const model::DocumentPath& path) {
  constexpr std::string_view kOverlap = "overlap";
  constexpr std::string_view kConflict = "conflict";
  Node* node = &root_;
  for (const model::PathStep& step : path.steps) {
    if (node->end != nullptr) return fail(kOverlap, path, *node->end);
    std::unique_ptr<Node>* next = nullptr;
    if (const auto* name = std::get_if<std::string>(&step)) {
      if (node->first_by_index != nullptr) return fail(kConflict, path, *node->first_by_index);
      if (node->first_by_name == nullptr) node->first_by_name = &path;
      next = &node->entries[*name];
    } else {
      if (node->first_by_name != nullptr) return fail(kConflict, path, *node->first_by_name);
      if (node->first_by_index == nullptr) node->first_by_index = &path;
      next = &node->elements[std::get<std::uint32_t>(step)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
    if (node->first == nullptr) node->first = &path;
  }
  if (node->first != &path) return fail(kOverlap, path, *node->first);
  node->end = &path;
  return {};
}

}  // namespace stator::expr
