// The bodies of requests, made before the clock starts.
//
// The table has a partition key "pk" of type S, and global secondary indexes "by-g0", "by-g1", ... with all attributes,
// whose partition keys g0, g1, ... have ten items each, sorted by the number n.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stator::bench {

struct Items {
  std::string table;
  std::size_t count = 0;  // of keys
  std::size_t bytes = 0;  // of one item, about
  // Writes are there so many times for each key, each time one after all of the others and with different items.
  unsigned versions = 2;
};

[[nodiscard]] std::string create_table(std::string_view table, unsigned indexes);
// UpdateTable: adds the index by-g0.
[[nodiscard]] std::string add_index(std::string_view table);

// Of the keys in random order, one in each or so many together; keys that are left over are in none.
[[nodiscard]] std::vector<std::string> put_bodies(const Items& items);
[[nodiscard]] std::vector<std::string> get_bodies(const Items& items);
// Of all ten items of one partition key of the index by-g0.
[[nodiscard]] std::vector<std::string> query_bodies(const Items& items);
[[nodiscard]] std::vector<std::string> batch_write_bodies(const Items& items);     // 25
[[nodiscard]] std::vector<std::string> batch_get_bodies(const Items& items);       // 25
[[nodiscard]] std::vector<std::string> transact_write_bodies(const Items& items);  // 4 Puts
[[nodiscard]] std::vector<std::string> transact_get_bodies(const Items& items);    // 4

}  // namespace stator::bench
