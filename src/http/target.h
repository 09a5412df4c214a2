// The parts of a request's target, as sent: "/path?name=value&name=value".
// Source: RFC 3986, sections 2.1 and 3; of queries also url.spec.whatwg.org/#application/x-www-form-urlencoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stator::http {

// Each %XX becomes its byte; what is no such triplet stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text);

// The same for a name or value of a query, where '+' is a space.
[[nodiscard]] std::string query_decode(std::string_view text);

// Still encoded.
[[nodiscard]] std::string_view path_of(std::string_view target);
// What stands behind the question mark, names and values decoded, in their order.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> query_of(std::string_view target);

}  // namespace stator::http
