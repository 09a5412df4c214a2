#include "auth/signature.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/target.h"
#include "http/text.h"

namespace stator::auth {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";

// The parts of a signature; a null view: the part is not there.
struct Parts {
  std::string_view algorithm;
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
  std::string_view date;  // X-Amz-Date
};

bool given(std::string_view part) { return part.data() != nullptr; }

// "20260101T000000Z"
bool is_basic_date(std::string_view date) {
  if (date.size() != 16 || date[8] != 'T' || date[15] != 'Z') return false;
  for (std::size_t i = 0; i < 15; ++i) {
    if (i != 8 && (date[i] < '0' || date[i] > '9')) return false;
  }
  return true;
}

bool is_region(std::string_view region) {
  return !region.empty() && region.size() <= 64 && std::ranges::all_of(region, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// keyid/date/region/service/term; a key id may hold slashes no more than the others.
Result<Identity> read_credential(std::string_view credential, std::string_view expected_service) {
  std::string_view rest = credential;
  while (rest.ends_with('/')) rest.remove_suffix(1);
  std::array<std::string_view, 5> pieces;
  if (std::ranges::count(rest, '/') != 4) {
    return fail(ErrorCode::kIncompleteSignature,
                fmt::format("Credential must have exactly 5 slash-delimited elements, e.g. "
                            "keyid/date/region/service/term, got '{}'",
                            credential));
  }
  for (std::string_view& piece : pieces) piece = http::take_part(rest, '/');
  const auto& [key, date, region, service, terminator] = pieces;
  std::string wrong;
  if (!is_region(region)) wrong += fmt::format("Credential should be scoped to a valid region, not '{}'. ", region);
  if (service != expected_service) {
    wrong += fmt::format("Credential should be scoped to correct service: '{}'. ", expected_service);
  }
  if (terminator != kTerminator) {
    wrong +=
        fmt::format("Credential should be scoped with a valid terminator: '{}', not '{}'. ", kTerminator, terminator);
  }
  if (!wrong.empty()) return fail(ErrorCode::kInvalidSignature, std::move(wrong));
  return Identity{std::string(key), std::string(region), std::string(service)};
}

Result<Identity> check(const Parts& parts, std::string_view service) {
  if (given(parts.date) && !is_basic_date(parts.date)) {
    return fail(ErrorCode::kIncompleteSignature, fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                                                             "http://en.wikipedia.org/wiki/ISO_8601",
                                                             parts.date));
  }
  if (parts.algorithm != kAlgorithm) {
    return fail(ErrorCode::kIncompleteSignature,
                fmt::format("Unsupported AWS 'algorithm': '{}' (only {} for now). ", parts.algorithm, kAlgorithm));
  }
  return read_credential(parts.credential, service);
}

Result<Identity> read_header(std::string_view header, const http::Request& request, std::string_view service) {
  Parts parts;
  std::string_view rest = http::trim(header);
  parts.algorithm = http::take_part(rest, ' ');
  while (!rest.empty()) {
    const std::string_view pair = http::take_part(rest, ',');
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return fail(ErrorCode::kIncompleteSignature,
                  fmt::format("'{}' not a valid key=value pair (missing equal-sign) in Authorization header: '{}'.",
                              pair, header));
    }
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (name == "Credential") parts.credential = value;
    if (name == "Signature") parts.signature = value;
    if (name == "SignedHeaders") parts.signed_headers = value;
  }
  if (request.has_header("x-amz-date")) parts.date = request.header("x-amz-date");
  std::string missing;
  const auto require = [&](std::string_view part, std::string_view name) {
    if (part.empty()) missing += fmt::format("Authorization header requires '{}' parameter. ", name);
  };
  require(parts.credential, "Credential");
  require(parts.signature, "Signature");
  require(parts.signed_headers, "SignedHeaders");
  if (!given(parts.date) && !request.has_header("date")) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    return fail(ErrorCode::kIncompleteSignature, fmt::format("{}Authorization={}", missing, header));
  }
  return check(parts, service);
}

// A parameter of the target's query, decoded.
struct QueryParameter {
  bool given = false;
  std::string value;
};

QueryParameter find_parameter(std::string_view target, std::string_view name) {
  const std::size_t mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  while (!rest.empty()) {
    std::string_view value = http::take_part(rest, '&');
    if (http::take_part(value, '=') == name) return {true, http::percent_decode(value)};
  }
  return {};
}

Result<Identity> read_query(std::string_view target, std::string_view service) {
  const std::array<std::string_view, 5> names{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                                              "X-Amz-SignedHeaders", "X-Amz-Date"};
  std::array<QueryParameter, 5> found;
  std::string missing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    found[i] = find_parameter(target, names[i]);
    if (found[i].value.empty()) missing += fmt::format("AWS query-string parameters must include '{}'. ", names[i]);
  }
  if (!missing.empty()) {
    return fail(ErrorCode::kIncompleteSignature, missing + "Re-examine the query-string parameters.");
  }
  return check({.algorithm = found[0].value,
                .credential = found[1].value,
                .signed_headers = found[3].value,
                .signature = found[2].value,
                .date = found[4].value},
               service);
}

}  // namespace

Result<Identity> authenticate(const http::Request& request, std::string_view service) {
  const std::string_view header = request.header("authorization");
  const bool in_query =
      request.target.contains("X-Amz-Algorithm") && find_parameter(request.target, "X-Amz-Algorithm").given;
  if (in_query && request.has_header("authorization")) {
    return fail(ErrorCode::kInvalidSignature,
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (in_query) return read_query(request.target, service);
  if (!http::trim(header).starts_with("AWS4-")) {
    return fail(ErrorCode::kMissingAuthenticationToken, "Request is missing Authentication Token");
  }
  return read_header(header, request, service);
}

}  // namespace stator::auth
