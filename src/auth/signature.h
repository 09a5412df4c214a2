// A request's AWS Signature Version 4: its parts, read and checked for their form.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the words and the order
// of the errors were observed on DynamoDB.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace stator::auth {

// Who calls.
struct Identity {
  std::string access_key_id;
  std::string region;   // of the credential scope
  std::string service;  // likewise: "dynamodb"
};

// As they were sent; views into the request or into `query`. Movable, not to be copied.
struct Signature {
  std::string_view algorithm;
  std::string_view credential;
  std::string_view signed_headers;  // "host;x-amz-date"
  std::string_view value;
  std::string_view date;      // X-Amz-Date, else the Date header
  std::string_view token;     // X-Amz-Security-Token; empty if there is none
  std::string_view expires;   // X-Amz-Expires, of a presigned request alone
  bool is_date_basic = true;  // false: of a Date header, which may have another form

  std::vector<std::pair<std::string, std::string>> query;  // the target's, decoded, of a presigned request alone

  Signature() = default;
  Signature(Signature&&) = default;
  Signature& operator=(Signature&&) = default;
};

// From the Authorization header, or the X-Amz-* parameters of a presigned target. kMissingAuthenticationToken,
// kIncompleteSignature (a part is missing), kInvalidSignature (both forms at once) with DynamoDB's words.
[[nodiscard]] Result<Signature> read_signature(const http::Request& request);

// kIncompleteSignature, because this is no time in ISO 8601's basic format.
[[nodiscard]] std::unexpected<Error> fail_date(std::string_view date);
// kIncompleteSignature: it is another one than AWS4-HMAC-SHA256.
[[nodiscard]] Result<void> check_algorithm(const Signature& signature);

struct Credential {
  std::string_view access_key_id;
  std::string_view date;  // "20260101"
  std::string_view region;
  std::string_view service;
};

// kIncompleteSignature: not five parts. kInvalidSignature: the scope is not one of `service`, or, unless it is empty,
// not of the day that the signature's time (in the basic format) has.
[[nodiscard]] Result<Credential> read_credential(std::string_view credential, std::string_view service,
                                                 std::string_view time = {});

// All of the above, of any time and any value: who says to be calling.
[[nodiscard]] Result<Identity> read_identity(const http::Request& request, std::string_view service = "dynamodb");

}  // namespace stator::auth
