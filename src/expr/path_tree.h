// Finds paths that get in each other's way, in time linear in their length (model::relate looks at one pair).
#pragma once

#include <map>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "model/document_path.h"

namespace stator::expr {

class PathTree {
 public:
  // Fails if `path` overlaps or conflicts with one added before; those are added from the expression's last path to its
  // first, as the service does, so that `path` is the first that the text names. It must outlive the tree.
  [[nodiscard]] Result<void> add(const model::DocumentPath& path);

 private:
  struct Node {
    const model::DocumentPath* first = nullptr;  // the first path that leads here or further
    const model::DocumentPath* end = nullptr;    // the path that ends here
    const model::DocumentPath* first_by_name = nullptr;
    const model::DocumentPath* first_by_index = nullptr;
    std::map<std::string_view, std::unique_ptr<Node>> entries;
    std::map<std::uint32_t, std::unique_ptr<Node>> elements;
  };

  Node root_;
};

}  // namespace stator::expr
