#include "model/document.h"

#include <map>

#include "model/value_writer.h"

namespace stator::model {

// A value and what has been changed below it. Only nodes on the way to a change exist; the rest of the original
// stays as it lies.
struct Document::Node {
  std::optional<Type> type;  // none if removed
  ValueView value;           // the original or the one that was set; the root has none
  MapView map;               // if the type is kMap
  std::map<std::string, Node, std::less<>> entries;
  std::map<std::uint32_t, Node> elements;

  Node() = default;
  explicit Node(ValueView v) : type(v.type()), value(v), map(v.is(Type::kMap) ? v.map() : MapView()) {}
  explicit Node(MapView root) : type(Type::kMap), map(root) {}

  [[nodiscard]] bool exists() const { return type.has_value(); }
  // Whether a value of this node's type has steps of this kind.
  [[nodiscard]] bool takes(const PathStep& step) const {
    return type == (std::holds_alternative<std::string>(step) ? Type::kMap : Type::kList);
  }
  Node* descend(const PathStep& step);
  Node& child(const PathStep& step);
  void append(std::string& out) const;
  void append_map(std::string& out) const;
  void append_list(std::string& out) const;
  // The node of the last step's parent, null if there is none that takes that step.
  static Node* parent_of(Node& root, const DocumentPath& path);
};

// The child at `step` as it is now, null if there is none.
Document::Node* Document::Node::descend(const PathStep& step) {
  if (!takes(step)) return nullptr;
  if (const auto* index = std::get_if<std::uint32_t>(&step)) {
    const auto found = elements.find(*index);
    if (found != elements.end()) return found->second.exists() ? &found->second : nullptr;
    const auto element = value.list().at(*index);
    return element ? &elements.emplace(*index, Node(*element)).first->second : nullptr;
  }
  const auto& name = std::get<std::string>(step);
  const auto found = entries.find(name);
  if (found != entries.end()) return found->second.exists() ? &found->second : nullptr;
  const auto entry = map.find(name);
  return entry ? &entries.emplace(name, Node(*entry)).first->second : nullptr;
}

Document::Node& Document::Node::child(const PathStep& step) {
  if (const auto* index = std::get_if<std::uint32_t>(&step)) return elements[*index];
  return entries[std::get<std::string>(step)];
}

Document::Node* Document::Node::parent_of(Node& root, const DocumentPath& path) {
  Node* node = &root;
  for (std::size_t i = 0; i + 1 < path.steps.size() && node != nullptr; ++i) node = node->descend(path.steps[i]);
  return node != nullptr && node->takes(path.steps.back()) ? node : nullptr;
}

void Document::Node::append(std::string& out) const {
  if (!entries.empty() || value.encoded().empty()) {
    append_map(out);
  } else if (!elements.empty()) {
    append_list(out);
  } else {
    append_value(out, value);
  }
}

// Merges the changed entries, which are in the order of names too, into the original ones.
void Document::Node::append_map(std::string& out) const {
  MapWriter writer;
  auto changed = entries.begin();
  const auto write_changed = [&] {
    if (changed->second.exists()) changed->second.append(writer.next(changed->first));
    ++changed;
  };
  for (const MapView::Entry& entry : map) {
    while (changed != entries.end() && changed->first < entry.name) write_changed();
    if (changed != entries.end() && changed->first == entry.name) {
      write_changed();
    } else {
      writer.add(entry.name, entry.value);
    }
  }
  while (changed != entries.end()) write_changed();
  writer.finish(out);
}

// What was set past the end follows the last element, in order.
void Document::Node::append_list(std::string& out) const {
  ListWriter writer;
  auto changed = elements.begin();
  const auto write_changed = [&] {
    if (changed->second.exists()) changed->second.append(writer.next());
    ++changed;
  };
  std::uint32_t index = 0;
  for (const ValueView element : value.list()) {
    if (changed != elements.end() && changed->first == index) {
      write_changed();
    } else {
      writer.add(element);
    }
    ++index;
  }
  while (changed != elements.end()) write_changed();
  writer.finish(out);
}

Document::Document(MapView original) : root_(new Node(original)) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

bool Document::set(const DocumentPath& path, ValueView value) {
  Node* parent = Node::parent_of(*root_, path);
  if (parent == nullptr) return false;
  parent->child(path.steps.back()) = Node(value);
  return true;
}

bool Document::remove(const DocumentPath& path) {
  Node* parent = Node::parent_of(*root_, path);
  if (parent == nullptr) return false;
  parent->child(path.steps.back()) = Node();
  return true;
}

Item Document::finish() const {
  std::string out;
  root_->append(out);
  return Item(std::move(out));
}

}  // namespace stator::model
