#include "base/http_url.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/ascii.h"

namespace stator {
namespace {

constexpr std::size_t kLongestName = 253;

bool is_name(std::string_view host) {
  const auto fits = [](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return !host.empty() && host.size() <= kLongestName && std::ranges::all_of(host, fits);
}

bool is_ipv6(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

// No blank, which would end the target, and nothing that is not ASCII: both are written %XX.
bool is_target(std::string_view target) {
  return std::ranges::all_of(target, [](char c) { return c > ' ' && c < 127 && c != '#'; });
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return fail_validation("'" + std::string(text) + "' " + std::string(why));
}

}  // namespace

std::string HttpUrl::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == 80 ? name : name + ":" + std::to_string(port);
}

Result<HttpUrl> parse_http_url(std::string_view text) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  if (equals_ignoring_case(text.substr(0, kHttps.size()), kHttps)) {
    return refuse(text, "is https, which is not spoken here: use http, through a proxy if need be");
  }
  if (!equals_ignoring_case(text.substr(0, kHttp.size()), kHttp)) {
    return refuse(text, "is not a URL such as http://127.0.0.1:9000");
  }
  const std::string_view rest = text.substr(kHttp.size());
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  HttpUrl url;
  url.target = rest.substr(end);
  if (url.target.starts_with('?')) url.target.insert(0, "/");
  if (!is_target(url.target)) return refuse(text, "has characters in its path that must be written as %XX");
  if (authority.find('@') != std::string_view::npos) return refuse(text, "must not have a user name");

  std::size_t host_end = std::min(authority.find(':'), authority.size());
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return refuse(text, "has a host that is not one");
    url.host = authority.substr(1, bracket - 1);
    host_end = bracket + 1;
    if (!is_ipv6(url.host)) return refuse(text, "has a host that is not one");
  } else {
    url.host = authority.substr(0, host_end);
    if (!is_name(url.host)) return refuse(text, "has a host that is not one");
  }
  authority.remove_prefix(host_end);
  if (authority.empty()) return url;
  if (!authority.starts_with(':') || !read_port(authority.substr(1), url.port)) {
    return refuse(text, "has a port that is not one from 1 to 65535");
  }
  return url;
}

}  // namespace stator
