// Errors on the wire: the switches from codes to HTTP status, name and body, of which each protocol has one.
// Source of Lambda's: docs.aws.amazon.com/lambda/latest/api/CommonErrors.html and the service's model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::api {

enum class Protocol : std::uint8_t {
  kAwsJson,  // DynamoDB's: the name stands in the body
  kLambda,   // REST: the name stands in a header
};

struct ErrorAnswer {
  int status = 400;
  std::string body;
  std::string_view type = {};  // of kLambda: the header x-amzn-ErrorType; static text
};

[[nodiscard]] ErrorAnswer render_error(const Error& error, Protocol protocol = Protocol::kAwsJson);

}  // namespace stator::api
