// Visits in turn: what a round had no time for is first in the next one.
#pragma once

namespace stator::lambda {

// Visits the map's values, from that of the key `first` on and all around, until `visit` says that there is no time
// left. `first` is then the key that is next.
template <class Map, class Visit>
void visit_in_turn(Map& map, typename Map::key_type& first, const Visit& visit) {
  auto at = map.lower_bound(first);
  for (auto left = map.size(); left > 0; --left) {
    if (at == map.end()) at = map.begin();
    const bool has_time = visit(at->second);
    ++at;
    if (has_time) continue;
    first = at == map.end() ? typename Map::key_type() : at->first;
    return;
  }
}

}  // namespace stator::lambda
