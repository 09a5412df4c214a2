// Document paths: a.b[3].c.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/item.h"
#include "model/value.h"

namespace stator::model {

// A map's entry by name, or a list's element by index.
using PathStep = std::variant<std::string, std::uint32_t>;

// The first step is always a name: a top-level attribute.
struct DocumentPath {
  std::vector<PathStep> steps;

  [[nodiscard]] const std::string& attribute() const { return std::get<std::string>(steps.front()); }
  // "[a, b, [3]]": how DynamoDB's messages print a path.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const DocumentPath&, const DocumentPath&) = default;
};

// How two paths of one expression get in each other's way.
enum class PathRelation : std::uint8_t {
  kDisjoint,
  kOverlap,   // equal, or one leads to the other
  kConflict,  // they part at a step that is a name in one and an index in the other
};
[[nodiscard]] PathRelation relate(const DocumentPath& a, const DocumentPath& b);

// The value at `path`, if there is one.
[[nodiscard]] std::optional<ValueView> find(MapView item, const DocumentPath& path);

// The parts of `item` that `paths` (pairwise disjoint) name, in their structure: maps keep only the named entries,
// lists only the named elements, in order, closed up. What is absent is left out, and so is what would be empty.
[[nodiscard]] Item project(MapView item, std::span<const DocumentPath> paths);

}  // namespace stator::model
