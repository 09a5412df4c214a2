// Finds paths that get in each other's way, in time linear in their length (model::relate looks at one pair).
#pragma once

#include <map>
#include <memory>
#include <string_view>

#include "expr/findings.h"
#include "model/document_path.h"

namespace stator::expr {

class PathTree {
 public:
  explicit PathTree(Findings& findings) : findings_(findings) {}

  // Reports kOverlap or kConflict if `path` does not go with one added before. `path` must outlive the tree.
  void add(const model::DocumentPath& path);

 private:
  struct Node {
    const model::DocumentPath* first = nullptr;  // the first path that leads here or further
    const model::DocumentPath* end = nullptr;    // the path that ends here
    const model::DocumentPath* first_by_name = nullptr;
    const model::DocumentPath* first_by_index = nullptr;
    std::map<std::string_view, std::unique_ptr<Node>> entries;
    std::map<std::uint32_t, std::unique_ptr<Node>> elements;
  };

  void report(Check check, const model::DocumentPath& one, const model::DocumentPath& two);

  Findings& findings_;
  Node root_;
};

}  // namespace stator::expr
