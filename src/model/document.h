// A document being changed: an item of which only what is touched is unpacked.
#pragma once

#include <memory>

#include "model/document_path.h"
#include "model/item.h"

namespace stator::model {

// Paths mean positions of the original item, whatever has been changed before: after remove(a[0]), a[1] is still the
// element that was second. No path may overlap one used before (relate()). Not thread-safe. The original's bytes and
// every value set must outlive finish().
class Document {
 public:
  explicit Document(MapView original);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  // False, with nothing changed, if the path cannot be walked: a step on the way to the last is missing, or is not
  // of the type that the next step needs. An index past the end of a list appends; several append in index order.
  [[nodiscard]] bool set(const DocumentPath& path, ValueView value);

  // False as for set(). Removing what is not there, at the last step, does nothing.
  [[nodiscard]] bool remove(const DocumentPath& path);

  [[nodiscard]] Item finish() const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace stator::model
