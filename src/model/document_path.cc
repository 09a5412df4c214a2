#include "model/document_path.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/value_writer.h"

namespace stator::model {
namespace {

using Paths = std::span<const DocumentPath* const>;

bool is_name(const PathStep& step) { return std::holds_alternative<std::string>(step); }

// The paths at the front of `paths`, which are sorted, that have the first one's step at `depth`.
Paths take_group(Paths& paths, std::size_t depth) {
  const PathStep& step = paths.front()->steps[depth];
  const auto end = std::ranges::find_if(paths, [&](const DocumentPath* p) { return p->steps[depth] != step; });
  const auto size = static_cast<std::size_t>(end - paths.begin());
  const Paths group = paths.first(size);
  paths = paths.subspan(size);
  return group;
}

bool project_value(ValueView value, Paths paths, std::size_t depth, std::string& out);

// Appends what is left of `map` after its entries are projected. False, with nothing appended, if that is nothing.
// Of sorted paths the names come before the indices, and in the order of the map's entries.
bool project_map(MapView map, Paths paths, std::size_t depth, std::string& out) {
  MapWriter writer;
  std::string projected;
  auto entry = map.begin();
  while (!paths.empty() && is_name(paths.front()->steps[depth])) {
    const Paths group = take_group(paths, depth);
    const auto& name = std::get<std::string>(group.front()->steps[depth]);
    while (entry != map.end() && entry->name < name) ++entry;
    if (entry == map.end()) break;
    if (entry->name != name) continue;
    projected.clear();
    if (project_value(entry->value, group, depth + 1, projected)) writer.add(name, ValueView(projected));
  }
  if (writer.size() == 0) return false;
  writer.finish(out);
  return true;
}

bool project_list(ListView list, Paths paths, std::size_t depth, std::string& out) {
  ListWriter writer;
  std::string projected;
  auto element = list.begin();
  std::uint32_t at = 0;
  while (!paths.empty()) {
    const Paths group = take_group(paths, depth);
    const auto* index = std::get_if<std::uint32_t>(&group.front()->steps[depth]);
    if (index == nullptr) continue;
    for (; element != list.end() && at < *index; ++at) ++element;
    if (element == list.end()) break;
    projected.clear();
    if (project_value(*element, group, depth + 1, projected)) writer.add(ValueView(projected));
  }
  if (writer.size() == 0) return false;
  writer.finish(out);
  return true;
}

// `paths` lead to `value` with their first `depth` steps. The shortest is sorted to the front: if it ends here, the
// whole value is meant.
bool project_value(ValueView value, Paths paths, std::size_t depth, std::string& out) {
  if (paths.front()->steps.size() == depth) {
    append_value(out, value);
    return true;
  }
  if (value.is(Type::kMap)) return project_map(value.map(), paths, depth, out);
  if (value.is(Type::kList)) return project_list(value.list(), paths, depth, out);
  return false;
}

}  // namespace

std::string DocumentPath::text() const {
  std::string out = "[";
  for (const PathStep& step : steps) {
    if (out.size() > 1) out.append(", ");
    if (const auto* index = std::get_if<std::uint32_t>(&step)) {
      fmt::format_to(std::back_inserter(out), "[{}]", *index);
    } else {
      out.append(std::get<std::string>(step));
    }
  }
  out.push_back(']');
  return out;
}

PathRelation relate(const DocumentPath& a, const DocumentPath& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a.steps, b.steps);
  if (in_a == a.steps.end() || in_b == b.steps.end()) return PathRelation::kOverlap;
  return is_name(*in_a) == is_name(*in_b) ? PathRelation::kDisjoint : PathRelation::kConflict;
}

std::optional<ValueView> find(MapView item, const DocumentPath& path) {
  std::optional<ValueView> value = item.find(path.attribute());
  for (std::size_t depth = 1; value && depth < path.steps.size(); ++depth) {
    const PathStep& step = path.steps[depth];
    const auto* index = std::get_if<std::uint32_t>(&step);
    if (!value->is(index != nullptr ? Type::kList : Type::kMap)) return std::nullopt;
    value = index != nullptr ? value->list().at(*index) : value->map().find(std::get<std::string>(step));
  }
  return value;
}

Item project(MapView item, std::span<const DocumentPath> paths) {
  std::vector<const DocumentPath*> sorted;
  sorted.reserve(paths.size());
  for (const DocumentPath& path : paths) sorted.push_back(&path);
  std::ranges::sort(sorted, [](const DocumentPath* a, const DocumentPath* b) { return a->steps < b->steps; });
  std::string out;
  if (!project_map(item, sorted, 0, out)) return Item();
  return Item(std::move(out));
}

}  // namespace stator::model
