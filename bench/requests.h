// Signed requests for the load generator, made before the clock starts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stator::bench {

struct Target {
  std::string host;   // "127.0.0.1:8000"
  std::string table;  // with a partition key "pk" of type S
};

// A whole HTTP request, signed with Signature Version 4.
[[nodiscard]] std::string signed_request(const Target& target, std::string_view operation, std::string_view body);

// `count` requests on as many keys in random order. PutItem bodies carry items of about `item_bytes`.
[[nodiscard]] std::vector<std::string> put_requests(const Target& target, std::size_t count, std::size_t item_bytes);
[[nodiscard]] std::vector<std::string> get_requests(const Target& target, std::size_t count);

}  // namespace stator::bench
