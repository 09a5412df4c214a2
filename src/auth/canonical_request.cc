#include "auth/canonical_request.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "auth/sha256.h"
#include "base/ascii.h"
#include "http/target.h"

namespace stator::auth {
namespace {

constexpr std::string_view kSignature = "X-Amz-Signature";

// The part before the first `separator`, which is taken off `rest` with it.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

void append_lower(std::string& out, std::string_view text) {
  for (const char c : text) out += to_lower(c);
}

// Spaces in a row become one.
void append_value(std::string& out, std::string_view value) {
  if (!value.contains("  ")) {
    out += value;
    return;
  }
  char before = '\0';
  for (const char c : value) {
    if (c != ' ' || before != ' ') out += c;
    before = c;
  }
}

}  // namespace

void append_canonical_path(std::string& out, std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view segment = take(rest, '/');
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  for (const std::string_view segment : segments) {
    out += '/';
    append_encoded(out, segment);
  }
  if (segments.empty() || path.ends_with('/')) out += '/';
}

void append_canonical_query(std::string& out, std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    std::string_view value = take(query, '&');
    if (value.empty()) continue;
    const std::string name = http::query_decode(take(value, '='));
    if (name == kSignature) continue;
    auto& [encoded_name, encoded_value] = parameters.emplace_back();
    append_encoded(encoded_name, name);
    append_encoded(encoded_value, http::query_decode(value));
  }
  std::ranges::sort(parameters);
  bool is_first = true;
  for (const auto& [name, value] : parameters) {
    if (!is_first) out += '&';
    is_first = false;
    out.append(name).append("=").append(value);
  }
}

void append_canonical_headers(std::string& out, const http::Request& request, std::string_view names) {
  while (!names.empty()) {
    const std::string_view name = take(names, ';');
    append_lower(out, name);
    char separator = ':';
    for (const http::Header& header : request.headers) {
      if (!equals_ignoring_case(header.name, name)) continue;
      out += separator;
      append_value(out, header.value);
      separator = ',';
    }
    if (separator == ':') out += separator;
    out += '\n';
  }
}

std::string canonical_request(const http::Request& request, std::string_view signed_headers) {
  constexpr std::size_t kUsualBytes = 1024;
  std::string out;
  out.reserve(kUsualBytes);
  out.append(request.method).append("\n");
  const std::string_view path = http::path_of(request.target);
  append_canonical_path(out, path);
  out += '\n';
  if (path.size() < request.target.size()) append_canonical_query(out, request.target.substr(path.size() + 1));
  out += '\n';
  append_canonical_headers(out, request, signed_headers);
  out += '\n';
  append_lower(out, signed_headers);
  out += '\n';
  const std::string_view payload = request.packed_body.empty() ? request.body : request.packed_body;
  out += view(to_hex(sha256(payload)));
  return out;
}

}  // namespace stator::auth
