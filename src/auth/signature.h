// Who sent a request: the credential of its AWS Signature Version 4. The signature's value is not verified yet.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the words of the
// errors were observed on DynamoDB.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace stator::auth {

struct Identity {
  std::string access_key_id;
  std::string region;   // of the credential scope
  std::string service;  // likewise: "dynamodb"
};

// Reads the Authorization header, or the X-Amz-* parameters of a presigned target. kMissingAuthenticationToken,
// kIncompleteSignature (a part is missing or malformed), kInvalidSignature (both forms at once; a scope that is not
// the service's) with DynamoDB's words. Dates are checked for form only: any time is accepted.
[[nodiscard]] Result<Identity> authenticate(const http::Request& request, std::string_view service = "dynamodb");

}  // namespace stator::auth
