// For tests: access keys, requests that own what they are made of, and what becomes of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "auth/authenticator.h"
#include "auth/signing_time.h"
#include "base/clock.h"
#include "http/message.h"

namespace stator::auth {

inline constexpr std::string_view kKeys = R"(
[default]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY

[temporary]
aws_access_key_id = ASIDEXAMPLE
aws_secret_access_key = secret/with+signs
aws_session_token = Token//+==
)";
inline constexpr std::string_view kNoMatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.";

inline ManualClock clock_at(std::string_view time) {
  ManualClock clock;
  clock.advance(*parse_signing_time(time) - clock.now());
  return clock;
}

// A request that owns what it is made of.
struct Sent {
  std::string method = "POST";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};

  [[nodiscard]] http::Request view() const {
    http::Request request{.method = method, .target = target, .headers = {}, .body = body};
    for (const auto& [name, value] : headers) request.headers.push_back({name, value});
    return request;
  }
};

// The code and message; of who calls, if nothing is wrong: "key region service".
inline std::string outcome(const Authenticator& authenticator, const http::Request& request, std::string_view service) {
  const auto identity = authenticator.authenticate(request, service);
  if (identity) return fmt::format("{} {} {}", identity->access_key_id, identity->region, identity->service);
  switch (identity.error().code) {
    case ErrorCode::kInvalidSignature:
      return "invalid: " + identity.error().message;
    case ErrorCode::kIncompleteSignature:
      return "incomplete: " + identity.error().message;
    case ErrorCode::kMissingAuthenticationToken:
      return "missing: " + identity.error().message;
    case ErrorCode::kUnrecognizedClient:
      return "unrecognized: " + identity.error().message;
    default:
      return "another error: " + identity.error().message;
  }
}

}  // namespace stator::auth
