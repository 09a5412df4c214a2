// The bodies of requests for single operations.
//
// The table has a partition key "pk" of type S, and global secondary indexes "by-g0", "by-g1", ..., whose
// partition keys g0, g1, ... have ten items each, sorted by the number n.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace stator::bench {

inline constexpr std::size_t kBatch = 25;
inline constexpr std::size_t kTransaction = 4;

struct Items {
  std::string table;
  std::size_t count = 0;  // of keys
  std::size_t bytes = 0;  // of one item, about
  // Writes are there so many times for each key, each time one after all of the others and with different items.
  unsigned versions = 2;
  std::uint64_t seed = 1;  // of the keys' order
};

// Of requests that are the same in every run, made one by one.
struct Bodies {
  std::string operation;
  std::size_t count = 0;
  std::function<std::string(std::size_t i)> make;  // of i below count
};

// The request that creates the table with so many of the indexes; `projection` is DynamoDB's word for their attributes.
[[nodiscard]] std::string create_table(std::string_view table, unsigned indexes, std::string_view projection);

// By an operation's name as config::kBenchOperations has it, but for those that count. The keys come in random order,
// one in each or so many together.
[[nodiscard]] Bodies make_bodies(std::string_view operation, const Items& items);

// BatchWriteItem that puts the elements 0 to below `count`, each a JSON item, in this order.
[[nodiscard]] Bodies fill_bodies(const std::string& table, std::size_t count,
                                 std::function<std::string(std::size_t i)> item);

// The items of the operations in their first version, as JSON.
[[nodiscard]] std::function<std::string(std::size_t i)> item_maker(const Items& items);

}  // namespace stator::bench
