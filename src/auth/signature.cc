#include "auth/signature.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "auth/signing_time.h"
#include "base/utf8.h"
#include "http/target.h"
#include "http/text.h"

namespace stator::auth {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";

bool is_region(std::string_view region) {
  return !region.empty() && region.size() <= 64 && std::ranges::all_of(region, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// What was sent is told, though it be no text, in answers that are.
std::unexpected<Error> refuse(ErrorCode code, std::string_view message) {
  return fail(code, well_formed_utf8(message));
}

Result<Signature> read_header(std::string_view header, const http::Request& request) {
  Signature signature;
  std::string_view rest = http::trim(header);
  signature.algorithm = http::take_part(rest, ' ');
  while (!rest.empty()) {
    const std::string_view pair = http::take_part(rest, ',');
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return refuse(ErrorCode::kIncompleteSignature,
                    fmt::format("'{}' not a valid key=value pair (missing equal-sign) in Authorization header: '{}'.",
                                pair, header));
    }
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (name == "Credential") signature.credential = value;
    if (name == "Signature") signature.value = value;
    if (name == "SignedHeaders") signature.signed_headers = value;
  }
  signature.is_date_basic = request.has_header("x-amz-date");
  signature.date = request.header(signature.is_date_basic ? "x-amz-date" : "date");
  signature.token = request.header("x-amz-security-token");
  std::string missing;
  const auto require = [&](std::string_view part, std::string_view name) {
    if (part.empty()) missing += fmt::format("Authorization header requires '{}' parameter. ", name);
  };
  require(signature.credential, "Credential");
  require(signature.value, "Signature");
  require(signature.signed_headers, "SignedHeaders");
  if (!signature.is_date_basic && !request.has_header("date")) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    return refuse(ErrorCode::kIncompleteSignature, fmt::format("{}Authorization={}", missing, header));
  }
  return signature;
}

Result<Signature> read_query(std::vector<std::pair<std::string, std::string>> query) {
  Signature signature;
  signature.query = std::move(query);
  const auto find = [&](std::string_view name) -> std::string_view {
    const auto at = std::ranges::find(signature.query, name, &std::pair<std::string, std::string>::first);
    return at == signature.query.end() ? std::string_view{} : at->second;
  };
  struct Part {
    std::string_view name;
    std::string_view Signature::* member;
  };
  constexpr std::array<Part, 5> kParts{{{"X-Amz-Algorithm", &Signature::algorithm},
                                        {"X-Amz-Credential", &Signature::credential},
                                        {"X-Amz-Signature", &Signature::value},
                                        {"X-Amz-SignedHeaders", &Signature::signed_headers},
                                        {"X-Amz-Date", &Signature::date}}};
  std::string missing;
  for (const Part& part : kParts) {
    signature.*part.member = find(part.name);
    if ((signature.*part.member).empty()) {
      missing += fmt::format("AWS query-string parameters must include '{}'. ", part.name);
    }
  }
  if (!missing.empty()) {
    return refuse(ErrorCode::kIncompleteSignature, missing + "Re-examine the query-string parameters.");
  }
  signature.token = find("X-Amz-Security-Token");
  signature.expires = find("X-Amz-Expires");
  return signature;
}

}  // namespace

Result<Signature> read_signature(const http::Request& request) {
  const std::string_view header = request.header("authorization");
  if (request.target.contains("X-Amz-Algorithm")) {
    auto query = http::query_of(request.target);
    const auto is_algorithm = [](const auto& parameter) { return parameter.first == "X-Amz-Algorithm"; };
    if (std::ranges::any_of(query, is_algorithm)) {
      if (!request.has_header("authorization")) return read_query(std::move(query));
      return fail(ErrorCode::kInvalidSignature,
                  "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }
  }
  if (!http::trim(header).starts_with("AWS4-")) {
    return fail(ErrorCode::kMissingAuthenticationToken, "Request is missing Authentication Token");
  }
  return read_header(header, request);
}

std::unexpected<Error> fail_date(std::string_view date) {
  return refuse(
      ErrorCode::kIncompleteSignature,
      fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
                  date));
}

Result<void> check_algorithm(const Signature& signature) {
  if (signature.algorithm == kAlgorithm) return {};
  return refuse(ErrorCode::kIncompleteSignature,
                fmt::format("Unsupported AWS 'algorithm': '{}' (only {} for now). ", signature.algorithm, kAlgorithm));
}

// keyid/date/region/service/term; a key id may hold slashes no more than the others.
Result<Credential> read_credential(std::string_view credential, std::string_view expected_service,
                                   std::string_view time) {
  std::string_view rest = credential;
  while (rest.ends_with('/')) rest.remove_suffix(1);
  std::array<std::string_view, 5> pieces;
  if (std::ranges::count(rest, '/') != 4) {
    return refuse(ErrorCode::kIncompleteSignature,
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
  if (const std::string_view day = time.substr(0, 8); !time.empty() && date != day) {
    wrong += fmt::format(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from "
        "'{}'.",
        date, day, time);
  }
  if (!wrong.empty()) return refuse(ErrorCode::kInvalidSignature, wrong);
  return Credential{.access_key_id = key, .date = date, .region = region, .service = service};
}

Result<Identity> read_identity(const http::Request& request, std::string_view service) {
  TRY_ASSIGN(const Signature signature, read_signature(request));
  if (signature.is_date_basic && !is_basic_date(signature.date)) return fail_date(signature.date);
  TRY(check_algorithm(signature));
  TRY_ASSIGN(const Credential credential, read_credential(signature.credential, service));
  return Identity{std::string(credential.access_key_id), std::string(credential.region),
                  std::string(credential.service)};
}

}  // namespace stator::auth
