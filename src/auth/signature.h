// Who sent a request: the credential of its AWS Signature Version 4. The signature's value is not verified yet.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
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
// kIncompleteSignature with DynamoDB's words.
[[nodiscard]] Result<Identity> authenticate(const http::Request& request);

}  // namespace stator::auth
