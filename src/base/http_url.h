// http://host:port/path, as operators write where to send something.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator {

struct HttpUrl {
  std::string host;  // a name or an address; one of IPv6 without its brackets
  std::uint16_t port = 80;
  std::string target;  // path and query, as sent; empty if the URL ends before them

  // As the Host header has it.
  [[nodiscard]] std::string authority() const;
};

// kValidation, with what is wrong. TLS is not spoken, and https refused.
[[nodiscard]] Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace stator
