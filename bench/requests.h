// Signed requests for the load generator, made before the clock starts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stator::bench {

struct Target {
  std::string host;  // "127.0.0.1:8000"
  // With a partition key "pk" of type S, and global secondary indexes "by-g0", "by-g1", ... with all attributes, whose
  // partition keys g0, g1, ... have ten items each, sorted by the number n.
  std::string table;
};

// A whole HTTP request, signed with Signature Version 4.
[[nodiscard]] std::string signed_request(const Target& target, std::string_view operation, std::string_view body);

[[nodiscard]] std::string create_table(const Target& target, unsigned indexes);
// UpdateTable: adds the index by-g0.
[[nodiscard]] std::string add_index(const Target& target);

// Requests on `count` keys in random order. PutItem bodies carry items of about `item_bytes`; there are two for each
// key, one after all of the other, with different items.
[[nodiscard]] std::vector<std::string> put_requests(const Target& target, std::size_t count, std::size_t item_bytes);
[[nodiscard]] std::vector<std::string> get_requests(const Target& target, std::size_t count);
// Of all ten items of one partition key of the index by-g0.
[[nodiscard]] std::vector<std::string> query_requests(const Target& target, std::size_t count);

}  // namespace stator::bench
